import { Icon } from '../icons/Icon.tsx';
import { hueOf, initialsOf } from './initials.ts';

/** A name's initials in a circle. Screen readers skip it: the name stands beside it. */
export function Avatar({ name }: { name: string }) {
  return (
    <span class="avatar" style={{ '--hue': hueOf(name) }} aria-hidden="true">
      {initialsOf(name) || <Icon name="user" />}
    </span>
  );
}
