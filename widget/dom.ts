type Value = string | number | boolean | null | undefined;
type Child = Node | Value;

/** Sets attributes. `true` sets one without a value; `false`, `null` and `undefined` take one away. */
export function set(element: Element, attributes: Record<string, Value>): void {
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    if (value || value === '') element.setAttribute(name, value === true ? '' : `${value}`);
    else element.removeAttribute(name);
  }
}

/** Replaces what an element holds. Text becomes text nodes, never markup; what is empty is left out. */
export function fill(element: Element, ...children: Child[]): void {
  element.textContent = '';
  for (const child of children) {
    // Not `append`: the polyfill and old browsers lack parts of it. Not the type alone: a page's messages hold anything.
    if (child) element.appendChild(child instanceof Node ? child : document.createTextNode(`${child}`));
  }
}

/** Makes an element. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, Value>,
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  set(element, attributes);
  fill(element, ...children);
  return element;
}
