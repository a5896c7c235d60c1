import { psqlLine } from '../../platform/connection/psql-line.ts';
import { CopyButton } from '../../ui/buttons/CopyButton.tsx';
import { SafeLink } from '../../ui/content/SafeLink.tsx';
import { Icon } from '../../ui/icons/Icon.tsx';
import type { SyncModel } from './sync-check.ts';

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
