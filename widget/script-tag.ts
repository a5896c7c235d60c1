/**
 * The API's address: this script's own, without its file. Settings are never read from here, only where it came from: page
 * optimisers copy and merge scripts, and then the element's `api` attribute is what remains.
 */
export const apiBase = (src: string): string => {
  const match = /^([^?#]*?)(\/widget\/[^/?#]+)?\/widget\.js([?#]|$)/.exec(src);
  return match?.[1] || '';
};

/** The tag this script runs from: null inside modules and bundles, where any tag that loads us does. */
export const ownScript = (): HTMLScriptElement | null =>
  (document.currentScript as HTMLScriptElement | null) || document.querySelector('script[src*="/widget.js"]');

/**
 * Loads the web components polyfill, once per page, and only where the browser lacks a part.
 * @param url the polyfill beside this version of the script
 */
export function withCustomElements(url: string, ready: () => void): void {
  if (window.customElements && 'attachShadow' in Element.prototype) ready();
  else {
    let script = document.querySelector<HTMLScriptElement>(`script[src="${url}"]`);
    if (!script) {
      script = document.createElement('script');
      script.src = url;
      document.head.appendChild(script);
    }
    script.addEventListener('load', ready);
  }
}

let placed: HTMLElement | undefined;

/** Puts a form where the tag stands (at the page's end for a tag in the head), if the page has none. */
function place(script: Element | null): void {
  if (document.querySelector('lead-form')) return;
  placed = document.createElement('lead-form');
  placed.addEventListener('lead-form:start', () => {
    placed = undefined;
  });
  if (script && document.body.contains(script)) script.insertAdjacentElement('afterend', placed);
  else document.body.appendChild(placed);
}

/** Decides once the page is parsed, as it is already for a deferred tag and for one that a tag manager adds. */
export function placeWhenParsed(script: Element | null): void {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => place(script));
  else place(script);
}

/** The page brings its own form after all (its framework was late): ours leaves, unless somebody has begun to fill it. */
export function stepAside(form: HTMLElement): void {
  if (placed && placed !== form) placed.remove();
}
