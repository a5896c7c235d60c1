import { CopyButton } from '../components/CopyButton.tsx';
import { Icon } from '../components/Icon.tsx';
import { SafeLink } from '../components/SafeLink.tsx';
import { psqlLine } from '../models/psql-line.ts';
import type { SyncModel } from '../models/sync.ts';

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
  const line = table === undefined ? null : psqlLine(table);
  if (line === null) return null;
  return (
    <div class="stack-tight">
      <p class="secondary">
        See the rows without us: run this in the folder where you run <code class="mono">npm start</code>. Elsewhere, or
        with another DATA_DIR, put what it prints after <code class="mono">psql:</code> before{' '}
        <code class="mono">-c</code>.
      </p>
      <p class="sync-query">
        <code class="mono" dir="ltr">
          {line}
        </code>
        <CopyButton text={line} label="Copy the command" />
      </p>
    </div>
  );
}
