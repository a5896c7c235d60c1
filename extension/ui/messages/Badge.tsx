import type { ComponentChildren } from 'preact';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/icons.ts';
import type { Tone } from './tone.ts';

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
