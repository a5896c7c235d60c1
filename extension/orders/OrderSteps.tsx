import { useState } from 'preact/hooks';
import type { Order, OrderStatus } from '../../shared/contract/order.ts';
import { StoredMark } from '../records/opened/StoredMark.tsx';
import { ORDER_WORDS, orderWords } from '../records/status-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { Badge } from '../ui/messages/Badge.tsx';
import { Question } from '../ui/overlays/Question.tsx';
import type { OrderModel } from './order.ts';

/** These end an order, and the customer feels it. */
const ENDS: readonly OrderStatus[] = ['cancelled', 'refunded'];

const CONSEQUENCE: Record<string, string> = {
  cancelled: 'It counts no longer as revenue, and no step follows. There is no way back.',
  refunded: 'It is marked as refunded and counts no longer as revenue; no money moves by this. There is no way back.',
};

const stepName = (status: OrderStatus) => ORDER_WORDS[status]?.step ?? status;

/** Where the order is, and the steps that the API allows now: the usual next one first, the ends quiet. */
export function OrderSteps({ model, order, canWrite }: { model: OrderModel; order: Order; canWrite: boolean }) {
  const [asked, setAsked] = useState<{ next: OrderStatus; seen: Order } | null>(null);
  const [taken, setTaken] = useState<OrderStatus | null>(null);
  const isSaving = model.saving.value !== null;
  const status = orderWords(order.status);
  const [usual] = order.nextStatuses;
  async function take(next: OrderStatus, seen: Order): Promise<void> {
    setTaken(next);
    await model.takeStep(next, seen);
    setTaken(null);
  }
  return (
    <div class="stack-tight">
      <div class="row">
        <Badge tone={status.tone} icon={status.icon} strong>
          {status.label}
        </Badge>
        <StoredMark stored={model.stored.value} field="status" />
      </div>
      {order.nextStatuses.length === 0 && <p class="secondary">This order has ended: no step follows.</p>}
      <div class="row">
        {order.nextStatuses.map((next) => (
          <Button
            key={next}
            variant={next === usual && !ENDS.includes(next) ? 'primary' : 'quiet'}
            disabled={!canWrite || (isSaving && next !== taken)}
            busy={next === taken}
            onClick={({ detail }) => {
              // The step after it comes to the same place: a double click must not take both.
              if (detail > 1) return;
              if (ENDS.includes(next)) setAsked({ next, seen: order });
              else void take(next, order);
            }}
          >
            {stepName(next)}
          </Button>
        ))}
      </div>
      {canWrite && usual === 'processing' && order.paymentStatus !== 'paid' && (
        <p class="caption">{stepName(usual)} also marks the payment as paid.</p>
      )}
      {asked && (
        <Question
          title={`${stepName(asked.next)}?`}
          confirm={stepName(asked.next)}
          busy={isSaving}
          onClose={() => setAsked(null)}
          onConfirm={() => {
            setAsked(null);
            void take(asked.next, asked.seen);
          }}
        >
          <p>
            <strong>{order.orderNumber || order.id}</strong>: {CONSEQUENCE[asked.next]}
          </p>
        </Question>
      )}
    </div>
  );
}
