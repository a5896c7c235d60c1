import { useEffect } from 'preact/hooks';
import type { Freshness } from '../../platform/workspace/freshness.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { Time } from '../../ui/content/Time.tsx';

/** Lets a result age while it is shown. */
export function useFreshness(freshness: Freshness, workspace: Workspace): void {
  useEffect(() => {
    const controller = new AbortController();
    freshness.follow(workspace, controller.signal);
    return () => controller.abort();
  }, [workspace, freshness]);
}

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
