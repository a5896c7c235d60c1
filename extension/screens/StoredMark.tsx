import { Icon } from '../components/Icon.tsx';
import type { Stored } from '../models/lead.ts';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** What became of a save: the row was read once more and compared with what was sent. */
export function StoredMark({ stored, field }: { stored: Stored | null; field: string }) {
  const isOurs = stored?.field === field;
  return (
    <p class="stored-mark caption" role="status" data-tone={isOurs && !stored.verified ? 'warning' : 'good'}>
      {isOurs && (
        <>
          <Icon name={stored.verified ? 'check' : 'alert'} size={12} />{' '}
          {stored.verified
            ? `Stored ${clock.format(stored.at)} · verified`
            : `Stored ${clock.format(stored.at)}, but the row now says something else: somebody changed it at once.`}
        </>
      )}
    </p>
  );
}
