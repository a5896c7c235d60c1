import { useState } from 'preact/hooks';
import type { User } from '../../shared/user.ts';
import { type AddressDraft, addressDraft, changedLines } from '../models/address-draft.ts';
import { newOrderOf, orderDraft, submissionIds } from '../models/order-draft.ts';
import type { Orders } from '../models/orders.ts';
import { OrderForm } from './OrderForm.tsx';
import { PickUser } from './PickUser.tsx';

interface Props {
  model: Orders;
  currency: string | null;
  onClose(): void;
  onCreated(id: string): void;
}

/** Creates an order for a user; their address is a first guess for where it goes. */
export function NewOrder({ model, currency, onClose, onCreated }: Props) {
  const [user, setUser] = useState<User | null>(null);
  /** What was filled in for the user who was picked: as long as nobody has touched it, the next user's takes its place. */
  const [guess, setGuess] = useState<AddressDraft>(() => addressDraft(null));
  const [isBusy, setBusy] = useState(false);
  const [idOf] = useState(submissionIds);
  const [begun] = useState(() => orderDraft(null));
  return (
    <OrderForm
      title="New order"
      confirm="Create order"
      begun={begun}
      currency={currency}
      busy={isBusy}
      onClose={onClose}
      onSubmit={async (draft) => {
        if (user === null) return { userId: 'choose whom the order is for.' };
        const checked = newOrderOf(draft, user.id);
        if ('errors' in checked) return checked.errors;
        setBusy(true);
        const result = await model.create({ ...checked.value, submissionId: idOf(checked.value) });
        setBusy(false);
        if ('errors' in result) return result.errors;
        onClose();
        onCreated(result.order.id);
        return null;
      }}
    >
      {(address, setAddress) => (
        <PickUser
          model={model}
          picked={user}
          onPick={(next) => {
            setUser(next);
            if (changedLines(address, guess)) return;
            const home = addressDraft(next?.address);
            const filled = { ...home, recipient: home.recipient || next?.name || '' };
            setGuess(filled);
            setAddress(filled);
          }}
        />
      )}
    </OrderForm>
  );
}
