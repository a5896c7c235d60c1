import { type Checked, check } from '../../shared/contract/checked.ts';
import { isEqual } from '../../shared/contract/equal.ts';
import { type Order, orderPatch, orderRequest } from '../../shared/contract/order.ts';
import { digestHex } from '../../shared/proof/digest.ts';
import type { NewOrder, OrderPatch } from '../platform/api/orders-api.ts';
import { type AddressDraft, addressDraft, changedLines, filledLines } from '../records/forms/address.ts';
import { plainAmount, typedAmount } from '../ui/content/number-format.ts';

/** One line of the order being written; `kept` is what the form does not show. */
export interface ItemDraft {
  /** Which line of the stored order it is; a new one is none. */
  line?: number;
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
const money = (value: unknown) => (typeof value === 'number' ? typedAmount(value) : text(value));

/** An order as texts to edit; null is a new one. */
export function orderDraft(order: Order | null): OrderDraft {
  return {
    items: order?.items?.map(({ name, quantity, price, productId, variant }, line) => ({
      line,
      name: text(name),
      quantity: text(quantity),
      price: money(price),
      kept: {
        ...(typeof productId === 'string' && { productId }),
        ...(typeof variant === 'string' && { variant }),
      },
    })) ?? [NEW_ITEM],
    tax: money(order?.tax),
    shipping: money(order?.shipping),
    discount: money(order?.discount),
    paymentMethod: order?.paymentMethod ?? '',
    paymentStatus: order?.paymentStatus ?? 'pending',
    notes: order?.notes ?? '',
    address: addressDraft(order?.shippingAddress),
  };
}

/** How the lines of a draft are kept: by their place in the stored order. */
export const ORDER_LINES = {
  of: ({ items }: OrderDraft) => items.map(({ line = null }) => line),
  shape: (draft: OrderDraft, lines: (number | null)[]): OrderDraft => ({
    ...draft,
    items: lines.map((line) => draft.items[line ?? -1] ?? NEW_ITEM),
  }),
};

/** An amount as typed, in whole cents; an empty field is 0, what is no amount of at most two decimals is null. */
function cents(typed: string): number | null {
  const amount = plainAmount(typed);
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

/**
 * The `submissionId` of an attempt to send a form: the same order keeps it, so that a lost reply cannot make two.
 * @param form a random id of the form
 * @returns a UUID of version 8 (RFC 9562, section 5.8)
 */
export async function submissionIdOf(form: string, order: NewOrder): Promise<string> {
  const content = new TextEncoder().encode(form + JSON.stringify(order));
  const hex = digestHex(new Uint8Array(await crypto.subtle.digest('SHA-256', content)));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Only what was changed; null when nothing was. */
export function orderChangesOf(draft: OrderDraft, begun: OrderDraft): Checked<OrderPatch> | null {
  const sums = sumsOf(draft);
  if (sums && sums.total < 0) return { errors: { discount: BELOW_ZERO } };
  const patch: Record<string, unknown> = {};
  if (!isEqual(draft.items, begun.items)) patch.items = itemsOf(draft);
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
