import css from './form.css?inline';

let sheet: CSSStyleSheet | undefined;

/**
 * Gives a root our styles. A constructed sheet passes a page's `style-src 'none'`, a `<style>` element would not; it is
 * what remains for browsers without constructed sheets (Safari before 16.4) and for the polyfill's make-believe root.
 */
export function styleRoot(root: ShadowRoot): void {
  try {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    // ShadyDOM's root is no ShadowRoot of the browser's: the property would be set and mean nothing.
    if (!('adoptedStyleSheets' in root)) throw root;
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement('style');
    style.textContent = css;
    root.appendChild(style);
  }
}
