import type { Change } from '../../../shared/contract/changes.ts';
import { Card } from '../../ui/content/Card.tsx';
import { Disclosure } from '../../ui/content/Disclosure.tsx';
import { Time } from '../../ui/content/Time.tsx';
import { Badge } from '../../ui/messages/Badge.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { Skeleton } from '../../ui/messages/Skeleton.tsx';
import { fieldLabel, readable, whoIs } from '../field-words.ts';
import type { Failure } from './record.ts';

interface Props {
  /** What it is: `lead`. */
  noun: string;
  title?: string;
  model: {
    history: { readonly value: readonly Change[] | null };
    historyFailure: { readonly value: Failure | null };
  };
  /** How its first entry reads: a lead is received, an order created. */
  begin: string;
  statusLabel(status: string): string;
  /** Fields that say nothing more than the entry itself, or stand elsewhere on the screen. */
  untold?: ReadonlySet<string>;
}

/** Written with every change by the database itself; it says nothing more than the time of the entry. */
const UNTOLD: ReadonlySet<string> = new Set(['updatedAt']);

type Words = Pick<Props, 'begin' | 'statusLabel' | 'untold'>;

function headline({ operation, fields }: Change, { begin, statusLabel, untold = UNTOLD }: Words): string {
  if (operation === 'insert') return begin;
  if (operation === 'delete') return 'Deleted';
  if (operation === 'truncate') return 'The whole table was emptied';
  const { status } = fields;
  if (status && typeof status.to === 'string') return `Status: ${statusLabel(status.to)}`;
  const names = Object.keys(fields).filter((name) => !untold.has(name));
  return names.length > 0 ? `Changed ${names.map(fieldLabel).join(', ')}` : 'Changed';
}

/** One entry of the log: what, when, who, and what changed. */
export function LogEntry({ change, isOpen = false, ...props }: Words & { change: Change; isOpen?: boolean }) {
  const { untold = UNTOLD } = props;
  const fields = Object.entries(change.fields).filter(([name]) => !untold.has(name));
  return (
    <li class="timeline-entry">
      <p class="row spread">
        <strong>{headline(change, props)}</strong>
        <span class="caption">
          <Time iso={change.at} />
        </span>
      </p>
      <p class="secondary">
        {change.actor === null ? (
          <Badge tone="warning" icon="database">
            Edited outside the app
          </Badge>
        ) : (
          <>by {whoIs(change.actor)}</>
        )}
      </p>
      {fields.length > 0 && (
        <Disclosure summary="What changed" open={isOpen}>
          <dl class="changes">
            {fields.map(([name, { from, to }]) => (
              <div key={name}>
                <dt>{fieldLabel(name)}</dt>
                <dd class="prewrap" dir="auto">
                  <del>{readable(from)}</del> <span aria-hidden="true">→</span> <ins>{readable(to)}</ins>
                </dd>
              </div>
            ))}
          </dl>
        </Disclosure>
      )}
    </li>
  );
}

/** Who did what and when, from the log that Postgres writes, newest first. */
export function RecordLog(props: Props) {
  const { noun, title = 'Timeline', model } = props;
  const history = model.history.value;
  const failure = model.historyFailure.value;
  return (
    <Card title={title}>
      {failure && <Notice tone="warning">The timeline could not be read: {failure.message}</Notice>}
      {!history && !failure && <Skeleton shape="lines" count={3} label="Loading the timeline" />}
      {history && history.length === 0 && (
        <p class="secondary">Nothing is recorded: this {noun} is older than the change log.</p>
      )}
      {history && history.length > 0 && (
        <ol class="timeline plain-list">
          {history.toReversed().map((change) => (
            <LogEntry key={change.cursor} {...props} change={change} />
          ))}
        </ol>
      )}
    </Card>
  );
}
