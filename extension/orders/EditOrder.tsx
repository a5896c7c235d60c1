import { useState } from 'preact/hooks';
import type { Order } from '../../shared/contract/order.ts';
import { useKeptForm } from '../records/forms/use-kept-form.ts';
import { OrderForm } from './OrderForm.tsx';
import type { OrderModel } from './order.ts';
import { orderChangesOf, orderDraft } from './order-draft.ts';

interface Props {
  model: OrderModel;
  order: Order;
  currency: string | null;
  onClose(): void;
}

/** Changes what stands on an order. Only what was changed is sent; the API adds up again. */
export function EditOrder({ model, order, currency, onClose }: Props) {
  const [begunOn] = useState(order);
  const form = useKeptForm(() => model.edit(begunOn));
  return (
    <OrderForm
      title="Edit order"
      confirm="Save"
      form={form}
      currency={currency}
      busy={model.saving.value !== null}
      isGone={model.isGone.value}
      onClose={onClose}
      onSubmit={async (draft) => {
        const checked = orderChangesOf(draft, orderDraft(begunOn));
        if (checked && 'errors' in checked) return checked.errors;
        return checked && model.saveForm(checked.value, begunOn);
      }}
    />
  );
}
