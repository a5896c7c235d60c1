import { CopyButton } from '../components/CopyButton.tsx';
import { Icon } from '../components/Icon.tsx';
import { SafeLink } from '../components/SafeLink.tsx';
import type { SyncModel } from '../models/sync.ts';

/** The newest rows, as anybody with psql sees them. */
const query = (table: string) =>
  `select key, value, created_at from ${table} order by created_at desc nulls last limit 20;`;

/** How to look at the table without us. */
export function SyncSource({ sync }: { sync: SyncModel }) {
  const url = sync.editorUrl.value;
  const table = sync.report.value?.database.table;
  if (url !== null) {
    return (
      <p>
        <SafeLink href={url} class="sync-source-link">
          Open Supabase Table Editor <Icon name="external" size={12} />
        </SafeLink>{' '}
        <span class="secondary">to see the rows of {table ?? 'the table'} without us.</span>
      </p>
    );
  }
  if (table === undefined) return null;
  return (
    <div class="stack-tight">
      <p class="secondary">
        See the rows without us: run the line that <code class="mono">npm start</code> prints after{' '}
        <code class="mono">psql:</code>, then
      </p>
      <p class="sync-query">
        <code class="mono" dir="ltr">
          {query(table)}
        </code>
        <CopyButton text={query(table)} label="Copy the query" />
      </p>
    </div>
  );
}
