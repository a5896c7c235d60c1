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
