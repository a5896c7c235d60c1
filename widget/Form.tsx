import { Component } from 'preact';
import { DECOY } from '../shared/contract/limits.ts';
import type { Attribution } from './attribution.ts';
import { check } from './check.ts';
import { FieldView } from './FieldView.tsx';
import { describeFailure, type FieldErrors, placeErrors } from './failure.ts';
import { redirectTarget } from './redirect.ts';
import type { Accepted } from './reply.ts';
import { Summary } from './Summary.tsx';
import { send } from './send.ts';
import type { Settings } from './settings.ts';
import { newSubmissionId, writeSubmission } from './submission.ts';
import { Thanks } from './Thanks.tsx';

interface Props {
  settings: Settings;
  attribution: Attribution;
  /** Tells this form's ids from other forms': under the polyfill all of them stand in the page's one tree. */
  prefix: string;
  emit: (name: string, detail?: object) => void;
}

interface State {
  busy?: boolean;
  /** Counts failures: a new summary for each, so that each takes the focus and is read out. */
  failures?: number;
  code?: string | undefined;
  text?: string;
  errors?: FieldErrors;
  accepted?: Accepted;
}

/** What the form asks, what it says, and the one submission it makes of it. Controls keep their own values. */
export class Form extends Component<Props, State> {
  declare started: boolean;
  /** Made at the first attempt and kept until the message is stored: whatever is tried again is the same message. */
  declare submissionId: string;

  start() {
    if (!this.started) this.props.emit('start');
    this.started = true;
  }

  fail(code: string, text: string, errors: FieldErrors = {}) {
    this.setState({ busy: false, failures: (this.state.failures || 0) + 1, code, text, errors });
    this.props.emit('error', { code, message: text });
  }

  async submit(event: SubmitEvent) {
    event.preventDefault();
    const { settings, attribution, emit } = this.props;
    const { api, fields, messages, texts } = settings;
    if (this.state.busy) return;
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const get = (name: string) => data.getAll(name) as string[];

    const errors: FieldErrors = {};
    for (const field of fields) {
      const { validity } = form.elements.namedItem(field.path) as HTMLInputElement;
      const wrong = check(field, get(field.path), !validity || validity.valid, messages);
      if (wrong) errors[field.path] = wrong;
    }
    if (Object.keys(errors)[0]) return this.fail('invalid', messages.invalid, errors);
    if (!api) return this.fail('unconfigured', messages.unconfigured);

    this.submissionId = this.submissionId || newSubmissionId();
    const body = writeSubmission(fields, get, texts.source, attribution, this.submissionId);
    // A rendering comes too late for a double click, so the state itself changes at once.
    (this.state as State).busy = true;
    this.setState({ code: undefined, errors: {} });
    emit('submit');
    const outcome = await send(`${api}/leads`, JSON.stringify(body));

    if ('code' in outcome) {
      // Stored already in an older wording: what is sent from now on is another message.
      if (outcome.code === 'idempotency_mismatch') this.submissionId = '';
      return this.fail(outcome.code, describeFailure(outcome, messages), placeErrors(outcome.fields || {}, fields));
    }
    const { leadId, receipt } = outcome;
    if (leadId) console.log(`Lead captured successfully: ${leadId}`);
    this.setState({ busy: false, accepted: outcome });
    emit('success', leadId ? { leadId, receipt } : { held: true, receipt });
    const target = redirectTarget(texts.redirect, document.baseURI);
    if (target) location.assign(target);
  }

  override render({ settings, prefix }: Props, { busy, failures, code, text, errors = {}, accepted }: State) {
    const { fields, messages, texts, lang } = settings;
    const { heading, theme } = texts;
    const invalid = code === 'invalid';
    const action = !code || invalid ? 'submit' : code === 'idempotency_mismatch' ? 'resend' : 'retry';
    return (
      <section class={`lf ${theme}`} part="root" lang={lang} aria-label={heading || messages.label}>
        {heading && <h2 part="heading">{heading}</h2>}
        <p part="status" role="status">
          {busy && messages.sending}
        </p>
        {accepted ? (
          <Thanks leadId={accepted.leadId} messages={messages} />
        ) : (
          <form part="form" noValidate onSubmit={(event) => this.submit(event)} onInput={() => this.start()}>
            {code && <Summary key={failures} title={text || ''} text={invalid ? '' : messages.kept} errors={errors} />}
            {fields.map((field, index) => (
              <FieldView
                key={field.path}
                field={field}
                id={`${prefix}-${index}`}
                error={errors[field.path]}
                busy={busy}
                messages={messages}
              />
            ))}
            <div hidden>
              <input name={DECOY} tabIndex={-1} autocomplete="off" />
            </div>
            <button type="submit" part="submit" aria-disabled={busy}>
              {messages[busy ? 'sending' : action]}
            </button>
          </form>
        )}
      </section>
    );
  }
}
