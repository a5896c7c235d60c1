import { type Checked, check } from '../../shared/checked.ts';
import { type Order, orderPatch, orderRequest } from '../../shared/order.ts';
import type { NewOrder, OrderPatch } from '../services/orders.ts';
import { type AddressDraft, addressDraft, changedLines, filledLines } from './address-draft.ts';

/** One line of the order being written; `kept` is what the form does not show. */
export interface ItemDraft {
  name: string;
  quantity: string;
  price: string;
  kept: { productId?: string; variant?: string };
}

/** An order as somebody writes it: texts, until they are sent. */
export interface OrderDraft {
  items: readonly ItemDraft[];
  tax: string;
  shipping: string;
  discount: string;
  paymentMethod: string;
  paymentStatus: string;
  notes: string;
  address: AddressDraft;
}

export const NEW_ITEM: ItemDraft = { name: '', quantity: '1', price: '', kept: {} };

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

export function orderDraft(order: Order | null): OrderDraft {
  return {
    items: order?.items?.map(({ name, quantity, price, productId, variant }) => ({
      name: text(name),
      quantity: text(quantity),
      price: text(price),
      kept: {
        ...(typeof productId === 'string' && { productId }),
        ...(typeof variant === 'string' && { variant }),
      },
    })) ?? [NEW_ITEM],
    tax: text(order?.tax ?? ''),
    shipping: text(order?.shipping ?? ''),
    discount: text(order?.discount ?? ''),
    paymentMethod: order?.paymentMethod ?? '',
    paymentStatus: order?.paymentStatus ?? 'pending',
    notes: order?.notes ?? '',
    address: addressDraft(order?.shippingAddress),
  };
}

/** An amount as typed, in whole cents; an empty field is 0, what is no amount of at most two decimals is null. */
function cents(typed: string): number | null {
  const amount = typed.trim().replace(',', '.');
  if (amount === '') return 0;
  return /^\d{1,10}(\.\d{1,2})?$/.test(amount) ? Math.round(Number(amount) * 100) : null;
}

/** What the order comes to, as the API will compute it, in the currency's units; null while a field is no amount. */
export function sumsOf({ items, tax, shipping, discount }: OrderDraft): { subtotal: number; total: number } | null {
  const lines = items.map(({ quantity, price }) => {
    const each = cents(price);
    return each === null || !/^\d{1,5}$/.test(quantity.trim()) ? null : each * Number(quantity);
  });
  const others = [cents(tax), cents(shipping), cents(discount)];
  if ([...lines, ...others].includes(null)) return null;
  const subtotal = lines.reduce<number>((sum, line) => sum + (line ?? 0), 0);
  const [taxed = 0, shipped = 0, less = 0] = others.map((part) => part ?? 0);
  return { subtotal: subtotal / 100, total: (subtotal + taxed + shipped - less) / 100 };
}

/** Not a number where none was typed, so that the schema refuses it beside its field. */
const amount = (typed: string) => {
  const value = cents(typed);
  return value === null ? Number.NaN : value / 100;
};

const itemsOf = ({ items }: OrderDraft) =>
  items.map(({ name, quantity, price, kept }) => ({
    name,
    quantity: quantity.trim() === '' ? Number.NaN : Number(quantity),
    price: price.trim() === '' ? Number.NaN : amount(price),
    ...kept,
  }));

const BELOW_ZERO = 'The discount is more than the order comes to.';

/** The order to create, with the sums that the user saw. */
export function newOrderOf(draft: OrderDraft, userId: string): Checked<NewOrder> {
  const sums = sumsOf(draft);
  if (sums && sums.total < 0) return { errors: { discount: BELOW_ZERO } };
  const body = {
    userId,
    items: itemsOf(draft),
    tax: amount(draft.tax),
    shipping: amount(draft.shipping),
    discount: amount(draft.discount),
    ...sums,
    paymentMethod: draft.paymentMethod,
    paymentStatus: draft.paymentStatus,
    shippingAddress: filledLines(draft.address),
    notes: draft.notes,
  };
  return check(orderRequest, body);
}

/** The `submissionId` for each attempt to send one form: the same order keeps it, so that a lost reply cannot make two. */
export function submissionIds(): (order: NewOrder) => string {
  const known = new Map<string, string>();
  return (order) => {
    const content = JSON.stringify(order);
    const id = known.get(content) ?? crypto.randomUUID();
    known.set(content, id);
    return id;
  };
}

/** Only what was changed; null when nothing was. */
export function orderChangesOf(draft: OrderDraft, begun: OrderDraft): Checked<OrderPatch> | null {
  const sums = sumsOf(draft);
  if (sums && sums.total < 0) return { errors: { discount: BELOW_ZERO } };
  const patch: Record<string, unknown> = {};
  if (JSON.stringify(draft.items) !== JSON.stringify(begun.items)) patch.items = itemsOf(draft);
  for (const name of ['tax', 'shipping', 'discount'] as const) {
    if (cents(draft[name]) !== cents(begun[name])) patch[name] = amount(draft[name]);
  }
  for (const name of ['paymentMethod', 'paymentStatus', 'notes'] as const) {
    if (draft[name].trim() !== begun[name].trim()) patch[name] = draft[name];
  }
  const lines = changedLines(draft.address, begun.address);
  if (lines) patch.shippingAddress = lines;
  if (Object.keys(patch).length === 0) return null;
  return check<OrderPatch>(orderPatch, patch);
}
