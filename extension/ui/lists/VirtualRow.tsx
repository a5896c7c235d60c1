import type { ComponentChildren } from 'preact';

interface Props {
  index: number;
  /** The list's number of rows. */
  size: number;
  rowHeight: number;
  renderRow(index: number): ComponentChildren;
  onFocus(): void;
  onBlur(): void;
}

/** One row in its place. A component of its own, so that a signal read in it draws this row again and no other. */
export function VirtualRow({ index, size, rowHeight, renderRow, onFocus, onBlur }: Props) {
  return (
    <li
      class="virtual-row"
      aria-setsize={size}
      aria-posinset={index + 1}
      style={{ insetBlockStart: `${index * rowHeight}px`, blockSize: `${rowHeight}px` }}
      onFocusIn={onFocus}
      onFocusOut={onBlur}
    >
      {renderRow(index)}
    </li>
  );
}
