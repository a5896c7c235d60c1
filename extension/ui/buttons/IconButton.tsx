import type { ButtonHTMLAttributes } from 'preact';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/icons.ts';

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'class' | 'className' | 'icon' | 'label'> {
  icon: IconName;
  /** What it does: its name for screen readers and its tooltip. */
  label: string;
  /** For buttons that stay down. */
  pressed?: boolean | undefined;
  class?: string | undefined;
}

/** A button of one picture that always has a name. */
export function IconButton({ icon, label, pressed, class: extra = '', ...native }: Props) {
  return (
    <button
      type="button"
      title={label}
      {...native}
      class={`icon-button ${extra}`.trimEnd()}
      aria-label={label}
      aria-pressed={pressed}
    >
      <Icon name={icon} />
    </button>
  );
}
