import type { Change } from '../../shared/changes.ts';
import { Badge } from '../components/Badge.tsx';
import { Card } from '../components/Card.tsx';
import { Disclosure } from '../components/Disclosure.tsx';
import { Notice } from '../components/Notice.tsx';
import { Skeleton } from '../components/Skeleton.tsx';
import { Time } from '../components/Time.tsx';
import type { LeadModel } from '../models/lead.ts';
import { fieldLabel, readable, statusWords } from './lead-words.ts';

/** Written with every change by the database itself; it says nothing more than the time of the entry. */
const UNTOLD = new Set(['updatedAt']);

const ACTORS: Record<string, string> = {
  form: 'the form',
  'key:admin': 'somebody with the admin key',
  'key:viewer': 'somebody with the viewer key',
};

const whoIs = (actor: string) => (Object.hasOwn(ACTORS, actor) && ACTORS[actor]) || actor.replace(/^user:/, '');

function headline({ operation, fields }: Change): string {
  if (operation === 'insert') return 'Received';
  if (operation === 'delete') return 'Deleted';
  const { status } = fields;
  if (status && typeof status.to === 'string') return `Status: ${statusWords(status.to).label}`;
  const names = Object.keys(fields).filter((name) => !UNTOLD.has(name));
  return names.length > 0 ? `Changed ${names.map(fieldLabel).join(', ')}` : 'Changed';
}

function Entry({ change }: { change: Change }) {
  const fields = Object.entries(change.fields).filter(([name]) => !UNTOLD.has(name));
  return (
    <li class="timeline-entry">
      <p class="row spread">
        <strong>{headline(change)}</strong>
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
        <Disclosure summary="What changed">
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
export function LeadTimeline({ model }: { model: LeadModel }) {
  const history = model.history.value;
  const failure = model.historyFailure.value;
  return (
    <Card title="Timeline">
      {failure && <Notice tone="warning">The timeline could not be read: {failure.message}</Notice>}
      {!history && !failure && <Skeleton shape="lines" count={3} label="Loading the timeline" />}
      {history && history.length === 0 && (
        <p class="secondary">Nothing is recorded: this lead is older than the change log.</p>
      )}
      {history && history.length > 0 && (
        <ol class="timeline plain-list">
          {history.toReversed().map((change) => (
            <Entry key={change.cursor} change={change} />
          ))}
        </ol>
      )}
    </Card>
  );
}
