import type { Freshness } from '../../platform/workspace/freshness.ts';
import { Time } from '../../ui/content/Time.tsx';

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
