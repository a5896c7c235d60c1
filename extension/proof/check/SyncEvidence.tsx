import { ENTITIES } from '../../../shared/contract/record-key.ts';
import type { SyncReport } from '../../../shared/contract/sync-report.ts';
import { CopyButton } from '../../ui/buttons/CopyButton.tsx';
import { KeyValue } from '../../ui/content/KeyValue.tsx';
import { countOf, formatNumber } from '../../ui/content/number-format.ts';
import { formatClock } from '../../ui/content/time-format.ts';
import { entityWords } from './finding-words.ts';
import type { ScreenComparison } from './sync-screen.ts';

/** A sum of digests: its beginning to look at, all of it to copy. */
export function Digest({ digest, of }: { digest: string; of: string }) {
  return (
    <span class="digest">
      <code class="mono" title={digest}>
        {digest.slice(0, 16)}…
      </code>
      <CopyButton text={digest} label={`Copy the sum of ${of}`} />
    </span>
  );
}

/** The moment that a snapshot is of, to the second: its age says nothing about what else was written in that minute. */
export function Snapshot({ asOf }: { asOf: string }) {
  return (
    <time dateTime={asOf} title={asOf}>
      {formatClock(Date.parse(asOf))}
    </time>
  );
}

/** What Postgres said of itself and of the table, in one snapshot. */
export function ReportEvidence({ report }: { report: SyncReport }) {
  const { database, digests, checkedAt, durationMs } = report;
  const { fsync, synchronous_commit: commit, full_page_writes: pages } = database.durability;
  return (
    <KeyValue
      rows={[
        { label: 'Snapshot', value: <Snapshot asOf={checkedAt} /> },
        { label: 'Query', value: `${formatNumber(durationMs)} ms` },
        {
          label: 'Database',
          value: `${database.engine} ${database.version}, ${database.primary ? 'primary' : 'replica'}`,
        },
        { label: 'Table', value: <code class="mono">{database.table}</code> },
        ...(database.projectRef ? [{ label: 'Project', value: <code class="mono">{database.projectRef}</code> }] : []),
        { label: 'Durability', value: `fsync ${fsync}, synchronous_commit ${commit}, full_page_writes ${pages}` },
        ...ENTITIES.map((entity) => {
          const { count, withheld, digest } = digests[entity];
          const name = entityWords(entity);
          return {
            label: name,
            value: (
              <>
                {countOf(count, 'row')} add up to <Digest digest={digest} of={name} />
                {withheld > 0 && ` · ${countOf(withheld, 'row')} with a secret not checked`}
              </>
            ),
          };
        }),
      ]}
    />
  );
}

/** Ours and Postgres's sums over the text that was read again. */
export function ScreenEvidence({ screen }: { screen: ScreenComparison }) {
  if (screen.pages.length === 0) return <p class="secondary">There was no record to compare.</p>;
  return (
    <div class="stack-tight">
      {screen.pages.map(({ asOf, count, received, stored }) => (
        <KeyValue
          key={`${asOf} ${received}`}
          rows={[
            { label: 'Snapshot', value: <Snapshot asOf={asOf} /> },
            { label: 'Received', value: countOf(count, 'row') },
            { label: 'Sum here', value: <Digest digest={received} of="the text received" /> },
            {
              label: 'In Postgres',
              value: (
                <>
                  <Digest digest={stored} of="the text stored" /> {received === stored ? 'the same' : 'another'}
                </>
              ),
            },
          ]}
        />
      ))}
    </div>
  );
}
