import type { Freshness } from '../../platform/workspace/freshness.ts';
import { CopyButton } from '../../ui/buttons/CopyButton.tsx';
import { KeyValue } from '../../ui/content/KeyValue.tsx';
import { Time } from '../../ui/content/Time.tsx';
import { exactTime } from '../../ui/content/time-format.ts';
import { Notice } from '../../ui/messages/Notice.tsx';
import { LogEntry } from '../opened/RecordLog.tsx';
import { statusWords } from '../status-words.ts';
import { NotSince } from './NotSince.tsx';
import type { Verdict } from './receipt-check.ts';

/** The beginning is enough for people to compare by; the whole can be copied. */
const shortened = (digest: string) => `${digest.slice(0, 16)}…`;

function facts({ key, storedAt, transactionId, digest, asOf }: Verdict) {
  return [
    { label: 'Key', value: <span class="mono">{key}</span> },
    ...(storedAt ? [{ label: 'Stored at', value: exactTime(Date.parse(storedAt)) }] : []),
    ...(transactionId ? [{ label: 'Last write', value: <span class="mono">transaction {transactionId}</span> }] : []),
    ...(digest
      ? [
          {
            label: 'Digest',
            value: (
              <span class="digest mono">
                {shortened(digest)}
                <CopyButton text={digest} label="Copy the digest" />
              </span>
            ),
          },
        ]
      : []),
    ...(asOf ? [{ label: 'Read', value: <Time iso={asOf} /> }] : []),
  ];
}

/** What became of a row since its receipt: the words, what they rest on, and the log's entries. */
export function ReceiptVerdict({ verdict, freshness }: { verdict: Verdict; freshness: Freshness }) {
  const { outcome, tone, title, detail, since, failure } = verdict;
  return (
    <div class="stack-tight" data-testid="receipt-verdict" data-outcome={outcome}>
      <Notice tone={freshness.isPast.value ? 'neutral' : tone}>
        <p>
          <strong>{title}</strong>
          <NotSince freshness={freshness} />
        </p>
        <p>{detail}</p>
        {failure?.requestId && <p class="caption mono">{[failure.code, failure.requestId].join(' · ')}</p>}
      </Notice>
      {!failure && <KeyValue rows={facts(verdict)} />}
      {since.length > 0 && (
        <>
          <h3 class="secondary">The change log since</h3>
          <ol class="timeline plain-list">
            {since.map((change) => (
              <LogEntry
                key={change.cursor}
                change={change}
                isOpen
                begin="Stored"
                statusLabel={(status) => statusWords(status).label}
              />
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
