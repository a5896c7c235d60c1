import { render } from 'preact';
import { readAttribution } from './attribution.ts';
import { carryOver } from './carry-over.ts';
import { Form } from './Form.tsx';
import { attributeOf, localeOf, readSettings, SETTINGS } from './settings.ts';
import { styleRoot } from './style-root.ts';

let count = 0;

/**
 * Makes the class of `<lead-form>`: the shell around the form, which owns the shadow root and speaks in events.
 * A function, because the polyfill replaces `HTMLElement` after this script was read.
 * @param base where the API is when the element has no `api` attribute
 * @param onConnect told about each form before it shows
 */
export function leadFormElement(base: string, onConnect: (form: HTMLElement) => void): CustomElementConstructor {
  class LeadFormElement extends HTMLElement {
    connectedCallback() {
      // Moving a node disconnects and connects it. Nothing is torn down meanwhile, so typed text and a request in flight
      // survive; what a page drops for good, the garbage collector takes.
      if (this.shadowRoot) return;
      try {
        onConnect(this);
        this.open();
      } catch (reason) {
        // The fallback inside the element is still visible: the root that hides it is attached last.
        if (!this.firstElementChild) this.textContent = 'This form could not be shown.';
        this.emit('error', { code: 'broken', message: String(reason) });
      }
    }

    open() {
      // Set by a framework before this script came: an own property hides the accessor, so set it anew.
      for (const name of SETTINGS as readonly string[] as 'title'[]) {
        if (Object.getOwnPropertyDescriptor(this, name)) {
          const value = this[name];
          delete (this as Partial<this>)[name];
          this[name] = value;
        }
      }
      const attribution = readAttribution(location.href, document.referrer, localeOf(this));
      const prefix = `lf${++count}`;
      const emit = this.emit.bind(this);
      const mount = document.createElement('div');
      const update = () =>
        render(
          <Form settings={readSettings(this, base)} attribution={attribution} prefix={prefix} emit={emit} />,
          mount,
        );
      update();
      const restore = carryOver(this);
      const root = this.attachShadow({ mode: 'open' });
      styleRoot(root);
      root.appendChild(mount);
      restore(mount);
      // Also children: a parser that meets the element after the script connects it before they are there.
      new MutationObserver(update).observe(this, { attributes: true, childList: true, subtree: true });
      // In a task of its own, so that whoever just inserted the element can still add a listener.
      setTimeout(emit, 0, 'view');
    }

    /** Composed, so that analytics listening on the page hear it; details never carry what a visitor typed. */
    emit(name: string, detail?: object) {
      this.dispatchEvent(new CustomEvent(`lead-form:${name}`, { bubbles: true, composed: true, detail }));
    }
  }
  for (const name of SETTINGS) {
    Object.defineProperty(LeadFormElement.prototype, name, {
      get(this: Element) {
        return this.getAttribute(attributeOf(name)) || '';
      },
      set(this: Element, value: unknown) {
        this.setAttribute(attributeOf(name), `${value || ''}`);
      },
    });
  }
  return LeadFormElement;
}
