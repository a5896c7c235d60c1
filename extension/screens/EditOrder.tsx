import { useState } from 'preact/hooks';
import type { Order } from '../../shared/order.ts';
import type { OrderModel } from '../models/order.ts';
import { orderChangesOf, orderDraft } from '../models/order-draft.ts';
import { useKeptForm } from './kept-form.ts';
import { OrderForm } from './OrderForm.tsx';

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
