import type { Order } from '../../../shared/contract/order.ts';
import type { User } from '../../../shared/contract/user.ts';
import { formatMoney } from '../../ui/content/number-format.ts';
import { Icon } from '../../ui/icons/Icon.tsx';
import { shown } from '../field-words.ts';
import { addressDraft } from '../forms/address.ts';
import { orderWords } from '../status-words.ts';
import { RecordRow } from './RecordRow.tsx';

interface Props {
  order: Order;
  /** The user whom it belongs to, where that is known. */
  customer: User | undefined;
  currency: string | null;
  isOpen?: boolean;
  tabIndex?: number;
  onOpen(): void;
  onFocus?(): void;
}

/** For whom, and what: enough to tell one order from another. */
function summary({ items, shippingAddress, userId }: Order, customer: User | undefined): string {
  const { recipient } = addressDraft(shippingAddress);
  const [first] = items ?? [];
  const name = typeof first?.name === 'string' ? first.name : '';
  const more = (items?.length ?? 0) > 1 ? ` + ${(items?.length ?? 0) - 1}` : '';
  const whom = customer ? customer.name || customer.email : recipient ? `to ${recipient}` : userId;
  return [whom, name && `${name}${more}`].filter(Boolean).join(' · ');
}

/** One order in a list: number, for whom, how much, where it is, since when. */
export function OrderRow({ order, customer, currency, ...row }: Props) {
  const status = orderWords(order.status);
  return (
    <RecordRow
      id={order.id}
      picture={
        <span class="record-picture">
          <Icon name={status.icon} />
        </span>
      }
      title={order.orderNumber || order.id}
      subtitle={shown(summary(order, customer))}
      figure={formatMoney(order.total, currency)}
      status={status}
      time={order.createdAt}
      {...row}
    />
  );
}
