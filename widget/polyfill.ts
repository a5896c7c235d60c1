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
