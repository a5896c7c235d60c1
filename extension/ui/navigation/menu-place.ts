interface Box {
  width: number;
  height: number;
}

/** How far a menu stays from the edges of the window, and from its button. */
const MARGIN = 8;
const GAP = 4;

/** Where a menu stands: under its button and flush with its start, turned over or moved where the window ends. */
export function placeMenu(
  button: { left: number; right: number; top: number; bottom: number },
  menu: Box,
  view: Box,
  rtl: boolean,
): { left: number; top: number } {
  const fitsAtStart = rtl ? button.right - menu.width >= MARGIN : button.left + menu.width <= view.width - MARGIN;
  const left = fitsAtStart !== rtl ? button.left : button.right - menu.width;
  const below = button.bottom + GAP;
  const above = button.top - GAP - menu.height;
  const top = below + menu.height <= view.height - MARGIN || above < MARGIN ? below : above;
  const within = (value: number, size: number, room: number) => Math.max(MARGIN, Math.min(value, room - MARGIN - size));
  return { left: within(left, menu.width, view.width), top: within(top, menu.height, view.height) };
}
