import { formatClock } from '../../ui/content/time-format.ts';
import { Icon } from '../../ui/icons/Icon.tsx';
import type { Stored } from './record.ts';

/** What became of a save: the row was read once more and compared with what was sent. */
export function StoredMark({ stored, field }: { stored: Stored | null; field: string }) {
  const isOurs = stored?.field === field;
  return (
    <p class="stored-mark caption" role="status" data-tone={isOurs && !stored.verified ? 'warning' : 'good'}>
      {isOurs && (
        <>
          <Icon name={stored.verified ? 'check' : 'alert'} size={12} />{' '}
          {stored.verified
            ? `Stored ${formatClock(stored.at)} · verified`
            : `Stored ${formatClock(stored.at)}, but the row now says something else: somebody changed it at once.`}
        </>
      )}
    </p>
  );
}
