import { describe, expect, it } from 'vitest';
import * as limits from './limits.ts';
import { orderPatch, orderRequest, timelineRequest } from './order.ts';

const LEAST = {
  userId: 'user_1736177352123_abc123def',
  items: [{ name: 'Lamp', quantity: 1, price: 49.9 }],
  paymentMethod: 'card',
  shippingAddress: { line1: '1 Jalan Satu', city: 'Ipoh' },
};
const taken = (fields: object) => orderRequest.safeParse({ ...LEAST, ...fields }).success;
const item = (fields: object) => taken({ items: [{ ...LEAST.items[0], ...fields }] });

describe('an amount', () => {
  it.each([0, 0.01, 1.1, 49.9, 1_250.5, 0.29, limits.MONEY])('may be %s', (amount) => {
    expect(taken({ tax: amount })).toBe(true);
    expect(orderPatch.safeParse({ total: amount }).success).toBe(true);
    expect(item({ price: amount })).toBe(true);
  });

  it.each([-0.01, -1, 0.001, 1.005, 49.999, limits.MONEY + 0.01, Number.NaN, Infinity, '49.90', null, true])(
    'may not be %s',
    (amount) => {
      for (const field of ['subtotal', 'tax', 'shipping', 'discount', 'total']) {
        expect(taken({ [field]: amount }), field).toBe(false);
        expect(orderPatch.safeParse({ [field]: amount }).success, field).toBe(false);
      }
      expect(item({ price: amount })).toBe(false);
    },
  );

  it('that is left out is nothing, except the two that are added up', () => {
    const request = orderRequest.parse(LEAST);
    expect(request).toMatchObject({ tax: 0, shipping: 0, discount: 0, status: 'pending-payment' });
    expect(request.subtotal).toBeUndefined();
    expect(request.total).toBeUndefined();
    // An update changes what it names and nothing else.
    expect(orderPatch.parse({ tax: 1 })).toEqual({ tax: 1 });
  });
});

describe('an item', () => {
  it('is ordered in whole pieces, at least one', () => {
    for (const quantity of [1, 2, limits.QUANTITY]) expect(item({ quantity }), String(quantity)).toBe(true);
    for (const quantity of [0, -1, 1.5, limits.QUANTITY + 1, '1', null, undefined]) {
      expect(item({ quantity }), String(quantity)).toBe(false);
    }
  });

  it('has a name and nothing that we do not know', () => {
    expect(item({ name: ' ' })).toBe(false);
    expect(item({ name: 'n'.repeat(limits.NAME_LENGTH) })).toBe(true);
    expect(item({ name: 'n'.repeat(limits.NAME_LENGTH + 1) })).toBe(false);
    expect(item({ cost: 1 })).toBe(false);
  });

  it('is one of at least one and no more than there may be', () => {
    const [one] = LEAST.items;
    for (const [count, isTaken] of [
      [0, false],
      [1, true],
      [limits.ITEMS, true],
      [limits.ITEMS + 1, false],
    ] as const) {
      const items = Array.from({ length: count }, () => one);
      expect(taken({ items }), String(count)).toBe(isTaken);
      expect(orderPatch.safeParse({ items }).success, String(count)).toBe(isTaken);
    }
  });
});

it('an order begins at one of the first two steps', () => {
  const first = limits.ORDER_STATUSES.filter((status) => taken({ status }));
  expect(first).toEqual(['pending-payment', 'processing']);
});

it('a step is one that we know, in an update and in the timeline', () => {
  for (const status of limits.ORDER_STATUSES) {
    expect(orderPatch.safeParse({ status }).success).toBe(true);
    expect(timelineRequest.safeParse({ note: 'x', status }).success).toBe(true);
  }
  expect(orderPatch.safeParse({ status: 'lost' }).success).toBe(false);
  expect(timelineRequest.safeParse({ note: 'x', status: 'lost' }).success).toBe(false);
  expect(timelineRequest.safeParse({ note: ' ' }).success).toBe(false);
});

it('an order is for one user, who is named by an id', () => {
  for (const userId of ['user_1_a', 'user_123456789012345_abcdefghijkl']) expect(taken({ userId }), userId).toBe(true);
  for (const userId of ['', 'lead_1_a', 'user_1_A', 'xuser_1_a', 'user_1_a:orders', 'user_1_a\n']) {
    expect(taken({ userId }), userId).toBe(false);
  }
});

it('a submission is named by a random UUID, whatever its case', () => {
  const id = '7F9C24E5-9A4B-4B7E-8A3B-0C3C9A1D5F10';
  expect(orderRequest.parse({ ...LEAST, submissionId: id }).submissionId).toBe(id.toLowerCase());
  for (const wrong of [
    '',
    'x',
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    `${id}x`,
  ]) {
    expect(taken({ submissionId: wrong }), wrong).toBe(false);
  }
});

it('an update names something, and only what may change', () => {
  expect(orderPatch.safeParse({}).success).toBe(false);
  for (const field of ['id', 'userId', 'orderNumber', 'createdAt', 'timeline', 'paymentStatus', 'seed']) {
    expect(orderPatch.safeParse({ [field]: 'x', tax: 1 }).success, field).toBe(false);
  }
  for (const field of ['trackingNumber', 'notes']) {
    expect(orderPatch.parse({ [field]: '' })).toEqual({ [field]: null });
    expect(orderPatch.parse({ [field]: null })).toEqual({ [field]: null });
    expect(orderPatch.parse({ [field]: ' x ' })).toEqual({ [field]: 'x' });
  }
});
