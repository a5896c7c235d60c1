import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/icons.ts';

export interface MenuItemProps {
  label: string;
  icon?: IconName | undefined;
  tone?: 'danger' | undefined;
  /** Given: the item is a choice that is on or off. */
  checked?: boolean | undefined;
  disabled?: boolean | undefined;
  /** Small print at the end: a shortcut, or why it is disabled. */
  hint?: string | undefined;
  onSelect(): void;
}

/** One line of a Menu. A disabled one can still be reached, so that its hint can be read. */
export function MenuItem({ label, icon, tone, checked, disabled = false, hint, onSelect }: MenuItemProps) {
  const shown = checked ? 'check' : icon;
  return (
    <button
      type="button"
      class="menu-item"
      {...(checked === undefined ? { role: 'menuitem' } : { role: 'menuitemcheckbox', 'aria-checked': checked })}
      aria-disabled={disabled || undefined}
      tabIndex={-1}
      data-tone={tone}
      onClick={() => {
        if (!disabled) onSelect();
      }}
    >
      {shown && <Icon name={shown} />}
      <span class="menu-item-label" title={label}>
        {label}
      </span>
      {hint && <span class="menu-item-hint">{hint}</span>}
    </button>
  );
}
