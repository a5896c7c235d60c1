import { useState } from 'preact/hooks';
import { useKeptForm } from '../records/forms/use-kept-form.ts';
import { OrderForm } from './OrderForm.tsx';
import { newOrderOf } from './order-draft.ts';
import type { Orders } from './orders.ts';
import { PickUser } from './PickUser.tsx';

interface Props {
  model: Orders;
  currency: string | null;
  onClose(): void;
  onCreated(id: string): void;
}

/** Creates an order for a user; their address is a first guess for where it goes. */
export function NewOrder({ model, currency, onClose, onCreated }: Props) {
  const [isBusy, setBusy] = useState(false);
  const form = useKeptForm(model.begin);
  const user = form.user.value;
  return (
    <OrderForm
      title="New order"
      confirm="Create order"
      form={form}
      currency={currency}
      busy={isBusy}
      isUnaddressed={user === null}
      onClose={onClose}
      onSubmit={async (draft) => {
        if (user === null) return { userId: 'choose whom the order is for.' };
        const checked = newOrderOf(draft, user.id);
        if ('errors' in checked) return checked.errors;
        setBusy(true);
        const submissionId = await form.submissionId(checked.value);
        const result = await model.create({ ...checked.value, submissionId });
        setBusy(false);
        if ('errors' in result) return result.errors;
        onCreated(result.order.id);
        return null;
      }}
    >
      <PickUser model={model} picked={user} onPick={form.pick} />
    </OrderForm>
  );
}
