import { Time } from '../components/Time.tsx';
import type { Freshness } from '../models/freshness.ts';

/** When a result was made, and that it is not of now any more where something has happened since. */
export function NotSince({ freshness }: { freshness: Freshness }) {
  const at = freshness.at.value;
  if (at === null) return null;
  return (
    <span class="caption">
      {' · '}
      <Time iso={new Date(at).toISOString()} />
      {freshness.isPast.value && ', not checked since'}
    </span>
  );
}
