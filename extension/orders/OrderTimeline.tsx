import { FIELD_LENGTH } from '../../shared/contract/limits.ts';
import type { Order } from '../../shared/contract/order.ts';
import { whoIs } from '../records/field-words.ts';
import { orderWords } from '../records/status-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { Card } from '../ui/content/Card.tsx';
import { Time } from '../ui/content/Time.tsx';
import { formatMoment } from '../ui/content/time-format.ts';
import { TextField } from '../ui/fields/TextField.tsx';
import type { OrderModel } from './order.ts';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** Where the parcel was and when, the latest first. Entries are added, never changed. */
export function OrderTimeline({ model, order, canWrite }: { model: OrderModel; order: Order; canWrite: boolean }) {
  const note = model.entry.form.value?.note ?? '';
  const entries = (order.timeline ?? []).toReversed();
  return (
    <Card title="Tracking">
      <ol class="timeline plain-list" data-testid="tracking">
        {entries.map((entry, index) => (
          <li key={entries.length - index} {...(index === 0 && { 'aria-current': 'step' as const })}>
            <p>
              <strong>{orderWords(text(entry.status)).label}</strong>
            </p>
            <p class="caption">
              {formatMoment(text(entry.at))} · <Time iso={text(entry.at)} />
            </p>
            {text(entry.note) && (
              <p class="prewrap" dir="auto">
                {text(entry.note)}
              </p>
            )}
            {text(entry.actor) && <p class="secondary">by {whoIs(text(entry.actor))}</p>}
          </li>
        ))}
      </ol>
      {entries.length === 0 && <p class="secondary">Nothing is recorded yet.</p>}
      {canWrite && (
        <form
          class="row nowrap"
          onSubmit={(event) => {
            event.preventDefault();
            void model.addEntry();
          }}
        >
          <TextField
            label="Add to the timeline"
            hideLabel
            placeholder="What happened, such as: called the carrier"
            maxLength={FIELD_LENGTH}
            autocomplete="off"
            value={note}
            onInput={(text) => model.entry.write({ note: text })}
          />
          <Button type="submit" disabled={note.trim() === ''} busy={model.saving.value === 'timeline'}>
            Add
          </Button>
        </form>
      )}
    </Card>
  );
}
