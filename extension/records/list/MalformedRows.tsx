import { formatNumber } from '../../ui/content/number-format.ts';
import { Notice } from '../../ui/messages/Notice.tsx';

interface Props {
  noun: 'lead' | 'user' | 'order';
  rows: readonly { key: string; problem: string }[];
}

/** Rows under a record's key that are no such record: named, so that what is shown and what is stored add up. */
export function MalformedRows({ noun, rows }: Props) {
  if (rows.length === 0) return null;
  return (
    <Notice tone="warning">
      <p>
        {rows.length === 1
          ? `1 row cannot be shown as ${noun === 'order' ? 'an' : 'a'} ${noun}.`
          : `${formatNumber(rows.length)} rows cannot be shown as ${noun}s.`}{' '}
        They are stored and left as they are; mend them in SQL.
      </p>
      <ul class="plain-list mono">
        {rows.slice(0, 20).map(({ key, problem }) => (
          <li key={key} class="wrap-anywhere">
            {key}: {problem.slice(0, 200)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
