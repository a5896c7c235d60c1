import type { ComponentChildren } from 'preact';
import { Icon } from '../icons/Icon.tsx';

interface Props {
  summary: ComponentChildren;
  children: ComponentChildren;
  open?: boolean | undefined;
  onToggle?: ((open: boolean) => void) | undefined;
}

/** Something folded away under its summary. */
export function Disclosure({ summary, children, open = false, onToggle }: Props) {
  return (
    <details class="disclosure" open={open} onToggle={(event) => onToggle?.(event.currentTarget.open)}>
      <summary>
        <Icon name="chevronRight" />
        {summary}
      </summary>
      <div class="disclosure-body">{children}</div>
    </details>
  );
}
