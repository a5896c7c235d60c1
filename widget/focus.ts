/** A `ref` that takes the focus once its element is there, so that what happened is read out and seen. */
export const focusOnMount = (element: HTMLElement | null): void => {
  if (element) element.focus();
};
