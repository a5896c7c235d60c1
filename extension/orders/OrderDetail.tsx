import { useEffect, useMemo, useState } from 'preact/hooks';
import { CHOICE_LENGTH } from '../../shared/contract/limits.ts';
import type { Order } from '../../shared/contract/order.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { fieldLabel, readable, shown } from '../records/field-words.ts';
import { addressText } from '../records/forms/address.ts';
import { LeftTexts } from '../records/forms/FormDialog.tsx';
import { DeleteRecord } from '../records/opened/DeleteRecord.tsx';
import { RecordConflict } from '../records/opened/RecordConflict.tsx';
import { RecordFrame } from '../records/opened/RecordFrame.tsx';
import { RecordLog } from '../records/opened/RecordLog.tsx';
import { StoredMark } from '../records/opened/StoredMark.tsx';
import { orderWords, PAYMENT_WORDS } from '../records/status-words.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { CopyButton } from '../ui/buttons/CopyButton.tsx';
import { Card } from '../ui/content/Card.tsx';
import { KeyValue } from '../ui/content/KeyValue.tsx';
import { TextField } from '../ui/fields/TextField.tsx';
import { EditOrder } from './OrderForm.tsx';
import { OrderItems } from './OrderItems.tsx';
import { OrderSteps } from './OrderSteps.tsx';
import { OrderTimeline } from './OrderTimeline.tsx';
import { createOrder, type OrderModel } from './order.ts';

/** The tracking card tells these already. */
const UNTOLD: ReadonlySet<string> = new Set(['updatedAt', 'timeline', 'completed']);

function Tracking({ model, order, canWrite }: { model: OrderModel; order: Order; canWrite: boolean }) {
  const { tracking } = model;
  const stored = order.trackingNumber ?? '';
  const value = tracking.form.value?.trackingNumber ?? stored;
  return (
    <>
      <LeftTexts texts={tracking.left.value} onDiscard={() => void tracking.drop()} />
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void model.saveTracking();
        }}
      >
        <TextField
          label="Tracking number"
          value={value}
          onInput={(trackingNumber) => tracking.write({ trackingNumber })}
          readOnly={!canWrite}
          maxLength={CHOICE_LENGTH}
          autocomplete="off"
          spellcheck={false}
        />
        <Button
          type="submit"
          class="beside-field"
          disabled={!canWrite || model.saving.value !== null || value.trim() === stored}
        >
          Save
        </Button>
        <StoredMark stored={model.stored.value} field="trackingNumber" />
      </form>
    </>
  );
}

function Delivery({ order }: { order: Order }) {
  const payment = PAYMENT_WORDS[order.paymentStatus ?? ''] ?? readable(order.paymentStatus);
  const rows = [
    { label: 'Payment', value: `${readable(order.paymentMethod)} · ${payment}` },
    {
      label: 'Shipping address',
      value: (
        <span class="prewrap" dir="auto">
          {addressText(order.shippingAddress)}
        </span>
      ),
    },
    ...(order.notes
      ? [
          {
            label: fieldLabel('notes'),
            value: (
              <span class="prewrap" dir="auto">
                {order.notes}
              </span>
            ),
          },
        ]
      : []),
  ];
  return <KeyValue rows={rows} />;
}

/** One order in full: whose, where it is, what is in it and what may come next. */
export function OrderDetail({ workspace, id }: { workspace: Workspace; id: string }) {
  const { navigation, session, currency } = workspace;
  const model = useMemo(() => createOrder({ ...workspace, id }), [workspace, id]);
  useEffect(() => {
    const controller = new AbortController();
    void model.start(controller.signal);
    return () => controller.abort();
  }, [model]);
  const [asked, setAsked] = useState<'edit' | 'delete' | null>(null);
  const order = model.row.value;
  const customer = model.customer.value;
  const canWrite = session.value?.role !== 'viewer';
  const number = order?.orderNumber || id;
  return (
    <RecordFrame
      noun="order"
      title={number}
      model={model}
      canWrite={canWrite}
      focus={navigation.focus}
      onBack={() => navigation.openOrder(null)}
      form={
        order &&
        asked === 'edit' && (
          <EditOrder model={model} order={order} currency={currency.value} onClose={() => setAsked(null)} />
        )
      }
    >
      {order && (
        <>
          <div class="row">
            <Button variant="quiet" icon="user" onClick={() => navigation.openUser(order.userId)}>
              {shown(customer ? customer.name || customer.email : order.userId)}
            </Button>
            <CopyButton text={number} label="Copy the order number" />
          </div>
          <RecordConflict noun="order" model={model} />
          <OrderSteps model={model} order={order} canWrite={canWrite} />
          <OrderTimeline model={model} order={order} canWrite={canWrite} />
          <OrderItems order={order} currency={currency.value} />
          <Card
            title="Payment and delivery"
            actions={
              <Button variant="quiet" icon="edit" disabled={!canWrite} onClick={() => setAsked('edit')}>
                Edit
              </Button>
            }
          >
            <Delivery order={order} />
            <Tracking model={model} order={order} canWrite={canWrite} />
          </Card>
          <RecordLog
            noun="order"
            title="Change log"
            begin="Created"
            model={model}
            statusLabel={(status) => orderWords(status).label}
            untold={UNTOLD}
          />
          <div>
            <Button variant="danger" icon="trash" disabled={!canWrite} onClick={() => setAsked('delete')}>
              Delete order
            </Button>
          </div>
          {asked === 'delete' && (
            <DeleteRecord
              noun="order"
              name={number}
              erased="is erased and taken back from the totals of its user."
              row={order}
              model={model}
              onClose={() => setAsked(null)}
              onDeleted={() => navigation.openOrder(null)}
            />
          )}
        </>
      )}
    </RecordFrame>
  );
}
