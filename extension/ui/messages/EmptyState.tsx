import type { ComponentChildren } from 'preact';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/icons.ts';

interface Props {
  icon: IconName;
  /** One sentence: what is not here, and why that is so. */
  title: string;
  /** The one action that makes sense now. */
  children?: ComponentChildren;
}

/** A place with nothing in it says so, and what to do about it. */
export function EmptyState({ icon, title, children }: Props) {
  return (
    <div class="empty-state">
      <Icon name={icon} size={28} />
      <p class="empty-state-title">{title}</p>
      {children}
    </div>
  );
}
