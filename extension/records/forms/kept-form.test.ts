import { beforeEach, expect, it, vi } from 'vitest';
import type { Order } from '../../../shared/contract/order.ts';
import { fakeBrowser } from '../../../tests/rig/extension-in-node.ts';
import { NEW_ITEM, ORDER_LINES, orderDraft } from '../../orders/order-draft.ts';
import { createKeptForm } from './kept-form.ts';

const order = {
  id: 'order_1736177352123_abc123def',
  items: [
    { name: 'Unwritten lamp', quantity: 2, price: 49.95, productId: 'Unwritten id' },
    { name: 'Unwritten desk', quantity: 1, price: 700 },
    { name: 'Unwritten sofa', quantity: 1, price: 900 },
  ],
  paymentMethod: 'Unwritten card',
  paymentStatus: 'pending',
  shippingAddress: { line1: 'Unwritten lane', city: 'Ipoh' },
  notes: 'Unwritten note',
  updatedAt: '2026-11-22T12:00:00.000Z',
} as unknown as Order;

/** A view opens the form on the order as it is stored then. */
async function openOn(stored: Order) {
  const form = createKeptForm({
    connectionId: 'one',
    name: 'order',
    lines: ORDER_LINES,
    base: () => orderDraft(stored),
  });
  await form.start(new AbortController().signal);
  return { ...form, draft: () => form.form.value ?? expect.fail('It is not there yet.') };
}
const kept = async () => JSON.stringify(await fakeBrowser.storage.session.get());

beforeEach(() => fakeBrowser.reset());

it('keeps what was typed, and not a word of what stood there before', async () => {
  const view = await openOn(order);
  const [, desk, sofa] = view.draft().items;
  if (!desk || !sofa) throw new Error('The order has three lines.');
  view.write({
    ...view.draft(),
    items: [sofa, { ...desk, name: `${desk.name} in oak`, quantity: '12' }, { ...NEW_ITEM, name: 'Typed chair' }],
    paymentStatus: 'paid',
    notes: 'Unwritten note, and by the door',
    address: { ...view.draft().address, line1: '7, Unwritten lane' },
  });
  const written = view.draft();
  await vi.waitFor(async () => expect(await kept()).toContain('Typed chair'));
  expect(await kept()).not.toContain('Unwritten');

  const again = await openOn(order);
  expect(again.draft()).toEqual(written);
  expect([again.isChanged.value, again.left.value]).toEqual([true, []]);
});

it('keeps nothing of a form that is as it was, or that was dropped', async () => {
  const view = await openOn(order);
  const before = view.draft();
  view.write({ ...before, notes: 'Typed' });
  view.write(before);
  expect(view.isChanged.value).toBe(false);
  await vi.waitFor(async () => expect(await kept()).toBe('{}'));
  view.write({ ...before, notes: 'Typed' });
  await view.drop();
  expect([view.draft(), await kept()]).toEqual([before, '{}']);
});

it('does not mix what was typed into a record that is another by now: it is shown beside it, until it is dropped', async () => {
  const view = await openOn(order);
  view.write({ ...view.draft(), items: view.draft().items.slice(1), paymentStatus: 'paid', notes: 'Typed with care' });
  await vi.waitFor(async () => expect(await kept()).toContain('Typed with car'));
  // By SQL, which moves no updatedAt.
  const changed = { ...order, notes: 'Theirs' } as Order;
  const again = await openOn(changed);
  expect(again.draft()).toEqual({ ...view.draft(), notes: 'Theirs' });
  expect(again.left.value).toEqual([{ path: 'notes', text: 'Typed with car…' }]);

  again.write({ ...again.draft(), notes: 'Theirs, and mine' });
  await vi.waitFor(async () => expect(await kept()).toContain('and mine'));
  const third = await openOn(changed);
  expect(third.draft().notes).toBe('Theirs, and mine');
  expect(third.left.value).toEqual(again.left.value);
  await third.drop();
  expect(await kept()).toBe('{}');
});

it('takes lines of one length for others where a letter differs', async () => {
  const at = (line1: string) => ({ ...order, shippingAddress: { line1, city: 'Ipoh' } }) as Order;
  const view = await openOn(at('1 Oak Street, 50450'));
  view.write({ ...view.draft(), address: { ...view.draft().address, line1: '12 Oak Street, 50455' } });
  await vi.waitFor(async () => expect(await kept()).toContain('line1'));
  const again = await openOn(at('9 Elm Street, 43200'));
  expect(again.draft().address.line1).toBe('9 Elm Street, 43200');
  expect(again.left.value).toMatchObject([{ path: 'address.line1' }]);
});

it('does not put lines of an order into others', async () => {
  const view = await openOn(order);
  const [, desk] = view.draft().items;
  if (!desk) throw new Error('The order has three lines.');
  view.write({ ...view.draft(), items: [{ ...desk, quantity: '12' }] });
  await vi.waitFor(async () => expect(await kept()).toContain('items'));
  const changed = { ...order, items: order.items?.slice(0, 2) } as Order;
  const again = await openOn(changed);
  expect(again.draft().items).toEqual(orderDraft(changed).items);
});

it('does not take back what was typed before the storage answered', async () => {
  const base = () => ({ note: '' });
  const form = createKeptForm({ connectionId: 'one', name: 'entry', base });
  const started = form.start(new AbortController().signal);
  form.write({ note: 'Typed' });
  await started;
  expect(form.form.value).toEqual({ note: 'Typed' });
});
