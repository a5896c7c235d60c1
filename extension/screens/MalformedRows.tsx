import { Notice } from '../components/Notice.tsx';

/** Rows under a lead's key that are no leads: named, so that what is shown and what is stored add up. */
export function MalformedRows({ rows }: { rows: readonly { key: string; problem: string }[] }) {
  if (rows.length === 0) return null;
  return (
    <Notice tone="warning">
      <p>
        {rows.length === 1 ? '1 row cannot be shown as a lead.' : `${rows.length} rows cannot be shown as leads.`} They
        are stored and left as they are; mend them in SQL.
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
