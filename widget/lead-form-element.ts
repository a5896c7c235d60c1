import { readAttribution } from './attribution.ts';
import { carryOver } from './carry-over.ts';
import css from './form.css?inline';
import { createForm, emit } from './form.ts';
import { attributeOf, localeOf, readSettings, SETTINGS } from './settings.ts';

let sheet: CSSStyleSheet | undefined;

/**
 * Gives a root our styles. A constructed sheet passes a page's `style-src 'none'`, a `<style>` element would not; it is
 * what remains for browsers without constructed sheets (Safari before 16.4) and for the polyfill's make-believe root.
 */
function styleRoot(root: ShadowRoot): void {
  // Browsers without light-dark() stay light.
  const rules = CSS.supports('color', 'light-dark(red,red)') ? css : css.replace(/light-dark\((.*?),.*?\)/g, '$1');
  try {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(rules);
    }
    // ShadyDOM's root is no ShadowRoot of the browser's: the property would be set and mean nothing.
    if (!('adoptedStyleSheets' in root)) throw root;
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement('style');
    style.textContent = rules;
    root.appendChild(style);
  }
}

/** Shows the form in the element. */
function open(element: HTMLElement, base: string): void {
  // Set by a framework before this script came: an own property hides the accessor, so set it anew.
  for (const name of SETTINGS as readonly string[] as 'title'[]) {
    if (Object.getOwnPropertyDescriptor(element, name)) {
      const value = element[name];
      delete (element as Partial<HTMLElement>)[name];
      element[name] = value;
    }
  }
  const form = createForm(element, readAttribution(location.href, document.referrer, localeOf(element)));
  let shown = '';
  const update = () => {
    const settings = readSettings(element, base);
    const text = JSON.stringify(settings);
    // Under the polyfill the observer below sees the form's own changes too: drawing again would never end.
    if (text === shown) return;
    shown = text;
    form.update(settings);
  };
  update();
  const restore = carryOver(element);
  const root = element.attachShadow({ mode: 'open' });
  styleRoot(root);
  root.appendChild(form.root);
  restore(form.root);
  // Also children: a parser that meets the element after the script connects it before they are there.
  new MutationObserver(update).observe(element, { attributes: true, childList: true, subtree: true });
  // In a task of its own, so that whoever just inserted the element can still add a listener.
  setTimeout(emit, 0, element, 'view');
}

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
        open(this, base);
      } catch (reason) {
        // The fallback inside the element is still visible: the root that hides it is attached last.
        if (!this.firstElementChild) this.textContent = 'This form could not be shown.';
        emit(this, 'error', { code: 'broken', message: String(reason) });
      }
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
