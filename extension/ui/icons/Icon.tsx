import { h } from 'preact';
import { directed, type IconName, icons } from './icons.ts';

interface Props {
  name: IconName;
  size?: number | undefined;
}

/** A picture that says nothing by itself: the control or the words beside it carry the name. */
export function Icon({ name, size = 16 }: Props) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={size > 20 ? 1.5 : 2}
      stroke-linecap="round"
      stroke-linejoin="round"
      data-directed={directed.has(name) ? '' : undefined}
      aria-hidden="true"
    >
      {icons[name].map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}
