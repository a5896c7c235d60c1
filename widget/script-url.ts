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
