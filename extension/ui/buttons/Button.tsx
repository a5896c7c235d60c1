import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/icons.ts';

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'class' | 'className' | 'icon' | 'onClick'>;

interface Props extends Native {
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger' | undefined;
  icon?: IconName | undefined;
  /** The work it started is under way. */
  busy?: boolean | undefined;
  class?: string | undefined;
  onClick?: ((event: MouseEvent) => void) | undefined;
  children?: ComponentChildren;
}

/**
 * A button that keeps its place: while busy it has the same label, width and focus, and takes no second click.
 * It submits a form only where `type="submit"` says so.
 */
export function Button({
  variant = 'secondary',
  icon,
  busy = false,
  type = 'button',
  class: extra = '',
  onClick,
  children,
  ...native
}: Props) {
  const click = (event: MouseEvent) => {
    if (!busy) return onClick?.(event);
    // Also keeps Enter in a field from submitting the form again.
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <button
      {...native}
      type={type}
      class={`button ${extra}`.trimEnd()}
      data-variant={variant}
      aria-busy={busy || undefined}
      // Not `disabled`: that would take the focus away.
      aria-disabled={busy || native['aria-disabled'] || undefined}
      onClick={click}
    >
      {icon && <Icon name={icon} />}
      <span class="button-label">{children}</span>
      {busy && <span class="button-mark" />}
    </button>
  );
}
