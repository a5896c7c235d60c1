import type { ComponentChildren } from 'preact';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/icons.ts';

/** What a colour says. */
export type Tone = 'neutral' | 'accent' | 'good' | 'warning' | 'danger' | 'info';

/** The picture that says the same as the colour. */
export const toneIcons: Record<Tone, IconName> = {
  neutral: 'info',
  accent: 'info',
  good: 'circleCheck',
  warning: 'alert',
  danger: 'circleX',
  info: 'info',
};

interface Props {
  tone: Tone;
  icon?: IconName | undefined;
  /** A filled badge, for the one state that must be seen first. */
  strong?: boolean | undefined;
  children: ComponentChildren;
}

/** A short word about a thing. The word carries the meaning, the colour repeats it. */
export function Badge({ tone, icon, strong = false, children }: Props) {
  return (
    <span class={strong ? 'badge strong' : 'badge'} data-tone={tone}>
      {icon && <Icon name={icon} size={12} />}
      <span class="badge-label">{children}</span>
    </span>
  );
}
