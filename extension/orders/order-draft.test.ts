import { expect, it } from 'vitest';
import type { Order } from '../../shared/contract/order.ts';
import { submissionId } from '../../shared/contract/receipt.ts';
import { addressDraft, changedLines } from '../records/forms/address.ts';
import { newOrderOf, orderChangesOf, orderDraft, submissionIdOf, sumsOf } from './order-draft.ts';

const USER = 'user_1736177352123_abc123def';
const address = addressDraft({ line1: '1 Jalan Satu', city: 'Ipoh' });
const draft = {
  ...orderDraft(null),
  items: [
    { name: 'Lamp', quantity: '3', price: '0.10', kept: {} },
    { name: 'Desk', quantity: '1', price: '0,20', kept: {} },
  ],
  paymentMethod: 'card',
  address,
};

it('adds up in cents', () => {
  // 3 × 0.1 + 0.2 is 0.5000000000000001 in floating point.
  expect(sumsOf({ ...draft, tax: '0.03', discount: '0.01' })).toEqual({ subtotal: 0.5, total: 0.52 });
});

it.each(['1.234', '-1', 'x', '1e3', 'Infinity'])('does not add up %s', (price) => {
  const wrong = { ...draft, items: [{ name: 'Lamp', quantity: '1', price, kept: {} }] };
  expect(sumsOf(wrong)).toBeNull();
  expect(newOrderOf(wrong, USER)).toMatchObject({ errors: { 'items.0.price': expect.any(String) } });
});

it('makes the order of what is written, with the sums that were shown', () => {
  expect(newOrderOf(draft, USER)).toMatchObject({
    value: { userId: USER, subtotal: 0.5, total: 0.5, shippingAddress: { line1: '1 Jalan Satu', city: 'Ipoh' } },
  });
});

it('keeps the id of an order through all attempts to send it, and another order has another', async () => {
  const order = newOrderOf(draft, USER);
  const changed = newOrderOf({ ...draft, notes: 'by the door' }, USER);
  if ('errors' in order || 'errors' in changed) throw new Error('Both can be sent.');
  const id = await submissionIdOf('form', order.value);
  expect(submissionId.parse(id)).toBe(id);
  expect(await submissionIdOf('form', { ...order.value })).toBe(id);
  expect(await submissionIdOf('form', changed.value)).not.toBe(id);
  expect(await submissionIdOf('another form', order.value)).not.toBe(id);
});

it('names every field that is missing, and a discount that is too large', () => {
  expect(newOrderOf({ ...draft, paymentMethod: '' }, USER)).toMatchObject({
    errors: { paymentMethod: expect.any(String) },
  });
  expect(newOrderOf({ ...draft, discount: '1' }, USER)).toMatchObject({ errors: { discount: expect.any(String) } });
});

it('says what to write into each field, in the words of the API', () => {
  const wrong = { ...orderDraft(null), items: [{ name: '', quantity: 'two', price: '', kept: {} }], tax: '1.234' };
  expect(newOrderOf(wrong, USER)).toEqual({
    errors: {
      'items.0.name': 'This may not be empty.',
      'items.0.quantity': 'Use a whole number.',
      'items.0.price': 'Use a number like 49.90.',
      tax: 'Use a number like 49.90.',
      paymentMethod: 'This may not be empty.',
      'shippingAddress.line1': 'This field is required.',
      'shippingAddress.city': 'This field is required.',
    },
  });
});

it('sends only what was changed, and keeps what the form does not show', () => {
  const stored = {
    ...{ id: 'order_1_a', userId: USER, total: 10, shipping: 5, tax: 0, discount: 0, nextStatuses: [] },
    items: [{ name: 'Lamp', quantity: 1, price: 5, variant: 'red' }],
    shippingAddress: { line1: 'A', city: 'B', floor: '3' },
  } as Order;
  const begun = orderDraft(stored);
  expect(orderChangesOf(begun, begun)).toBeNull();
  const [item] = begun.items;
  if (!item) throw new Error('There is an item.');
  const changed = { ...begun, items: [{ ...item, quantity: '2' }], address: { ...begun.address, city: 'C' } };
  expect(orderChangesOf(changed, begun)).toEqual({
    value: {
      items: [{ name: 'Lamp', quantity: 2, price: 5, variant: 'red' }],
      shippingAddress: { city: 'C' },
    },
  });
});

it('sends an address whole where the row holds one text, in which no line can be merged', () => {
  const begun = addressDraft('12 Jalan Lama, Kuala Lumpur');
  expect(changedLines(begun, begun)).toBeUndefined();
  expect(changedLines({ ...begun, city: 'Ipoh' }, begun)).toEqual({
    line1: '12 Jalan Lama, Kuala Lumpur',
    city: 'Ipoh',
  });
  const lines = addressDraft({ line1: '12 Jalan Lama', city: 'Ipoh' });
  expect(changedLines({ ...lines, city: 'Taiping' }, lines)).toEqual({ city: 'Taiping' });
});
