import { DECOY } from '../shared/contract/limits.ts';
import type { Attribution } from './attribution.ts';
import { fill, make, set } from './dom.ts';
import { say } from './english.ts';
import { createField, type FieldView, keyOf } from './field.ts';
import { type Accepted, describeFailure, type FieldErrors, placeErrors, send } from './send.ts';
import type { Settings } from './settings.ts';
import { check, newSubmissionId, writeSubmission } from './submission.ts';

/** The address to go to after success, or nothing: `javascript:` and the like are not addresses of pages. */
export function redirectTarget(address: string, base: string): string {
  try {
    const url = new URL(address, base);
    return address && /^https?:$/.test(url.protocol) ? url.href : '';
  } catch {
    return '';
  }
}

/** Tells the page what happened. Composed, so that analytics hear it; details never carry what a visitor typed. */
export function emit(host: Element, name: string, detail?: object): void {
  host.dispatchEvent(new CustomEvent(`lead-form:${name}`, { bubbles: true, composed: true, detail }));
}

/**
 * Makes the form: what it asks, what it says, and the one submission that comes of it. Controls keep their own values.
 * @param host the element whose events tell the page what happens
 * @returns its element, and what shows it with the settings of the page as they are now
 */
export function createForm(
  host: Element,
  attribution: Attribution,
): { root: HTMLElement; update(settings: Settings): void } {
  let settings: Settings;
  let views: FieldView[] = [];
  let started = false;
  let busy = false;
  /** The message on the button. */
  let action: 'submit' | 'retry' | 'resend' = 'submit';
  let errors: FieldErrors = {};
  let accepted: Accepted | undefined;
  /** Made at the first attempt and kept until the message is stored: whatever is tried again is the same message. */
  let submissionId = '';

  const heading = make('h2', { part: 'heading' });
  const status = make('p', { part: 'status', role: 'status' });
  const decoy = make('div', { hidden: true }, make('input', { name: DECOY, tabindex: -1, autocomplete: 'off' }));
  const button = make('button', { type: 'submit', part: 'submit' });
  const form = make('form', { part: 'form', novalidate: true }, decoy, button);
  const thanks = make('div', { part: 'thanks', tabindex: -1 });
  const root = make('section', { part: 'root' }, status, form);
  let summary = make('div', {});

  const values = (name: string) => new FormData(form).getAll(name) as string[];
  const controlOf = (name: string) =>
    (Array.from(form.elements) as HTMLInputElement[]).find((control) => control.name === name);

  function drawFields() {
    const { fields, messages } = settings;
    const focused = form.querySelector<HTMLInputElement>(':focus');
    const before = views;
    views = [];
    for (const field of fields) {
      const key = keyOf(field, messages);
      // Two fields may have one key: each view is taken once.
      const view =
        before.find((view) => view.key === key && !views.includes(view)) ||
        createField(field, messages, values(field.path));
      view.draw(field, messages, errors[field.path], busy);
      views.push(view);
    }
    for (const view of before) if (!views.includes(view)) view.element.remove();
    // A node that is moved loses the focus, so whatever stands in its place already is left there.
    let place = summary.parentNode ? summary.nextSibling : form.firstChild;
    for (const { element } of views) {
      if (element === place) place = element.nextSibling;
      else form.insertBefore(element, place);
    }
    const refocused = focused && (form.contains(focused) ? focused : controlOf(focused.name));
    if (refocused) refocused.focus();
  }

  /** Shows the state the form is in. */
  function draw() {
    const { messages, texts, lang } = settings;
    set(root, { class: `lf ${texts.theme}`, lang, 'aria-label': texts.heading || messages.label });
    fill(heading, texts.heading);
    if (texts.heading) root.insertBefore(heading, status);
    else heading.remove();
    fill(status, busy && messages.sending);
    if (accepted) {
      const { leadId } = accepted;
      fill(
        thanks,
        make('strong', {}, leadId ? messages.thanks : messages.held),
        leadId && make('p', {}, make('small', {}, say(messages.receipt, leadId.split('_')[2]))),
      );
      // Only once: a node that is moved loses the focus.
      if (form.parentNode) root.replaceChild(thanks, form);
    } else {
      drawFields();
      fill(button, messages[busy ? 'sending' : action]);
      set(button, { 'aria-disabled': busy && 'true' });
    }
  }

  /** A fragment link in a shadow root would change the page's address and focus nothing: ids are looked up per tree. */
  function linkTo(name: string) {
    const link = make('a', { href: `#${name}` }, errors[name]);
    link.onclick = (event) => {
      event.preventDefault();
      const control = controlOf(name);
      if (control) control.focus();
    };
    return make('p', {}, link);
  }

  function fail(code: string, text: string, found: FieldErrors = {}) {
    const invalid = code === 'invalid';
    busy = false;
    action = invalid ? 'submit' : code === 'idempotency_mismatch' ? 'resend' : 'retry';
    errors = found;
    // A new one for each failure, so that each is read out. The alert is an inner element: JAWS reads a focused alert twice.
    summary.remove();
    summary = make(
      'div',
      { part: 'summary', tabindex: -1 },
      make(
        'div',
        { role: 'alert' },
        make('strong', {}, text),
        make('p', {}, !invalid && settings.messages.kept),
        ...Object.keys(errors).map(linkTo),
      ),
    );
    form.insertBefore(summary, form.firstChild);
    draw();
    summary.focus();
    emit(host, 'error', { code, message: text });
  }

  form.oninput = () => {
    if (!started) emit(host, 'start');
    started = true;
  };

  form.onsubmit = async (event) => {
    event.preventDefault();
    const { api, fields, messages, texts } = settings;
    if (busy) return;
    const wrong: FieldErrors = {};
    for (const field of fields) {
      const control = controlOf(field.path);
      const problem = check(field, values(field.path), !control || control.validity.valid, messages);
      if (problem) wrong[field.path] = problem;
    }
    if (Object.keys(wrong)[0]) return fail('invalid', messages.invalid, wrong);
    if (!api) return fail('unconfigured', messages.unconfigured);

    submissionId = submissionId || newSubmissionId();
    const body = writeSubmission(fields, values, texts.source, attribution, submissionId);
    busy = true;
    errors = {};
    summary.remove();
    draw();
    emit(host, 'submit');
    const outcome = await send(`${api}/leads`, JSON.stringify(body));

    if ('code' in outcome) {
      // Stored already in an older wording: what is sent from now on is another message.
      if (outcome.code === 'idempotency_mismatch') submissionId = '';
      return fail(outcome.code, describeFailure(outcome, messages), placeErrors(outcome.fields || {}, fields));
    }
    busy = false;
    accepted = outcome;
    const { leadId, receipt } = outcome;
    if (leadId) console.log(`Lead captured successfully: ${leadId}`);
    draw();
    thanks.focus();
    emit(host, 'success', leadId ? { leadId, receipt } : { held: true, receipt });
    const target = redirectTarget(texts.redirect, document.baseURI);
    if (target) location.assign(target);
  };

  return {
    root,
    update(changed) {
      settings = changed;
      draw();
    },
  };
}
