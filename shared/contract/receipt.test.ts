import { expect, it } from 'vitest';
import { receipt } from './receipt.ts';
import { RECORD_KEY } from './record-key.ts';

const RECEIPT = {
  key: 'lead:lead_1736177352123_abc123def',
  digest: '0123456789abcdef'.repeat(4),
  storedAt: '2026-01-06T15:42:32.123Z',
  transactionId: '4211',
};

it('a receipt names a row, a digest, a moment and a transaction', () => {
  expect(receipt.parse(RECEIPT)).toEqual(RECEIPT);
  for (const field of Object.keys(RECEIPT)) {
    expect(receipt.safeParse({ ...RECEIPT, [field]: undefined }).success, field).toBe(false);
    expect(receipt.safeParse({ ...RECEIPT, [field]: '' }).success, field).toBe(false);
  }
});

it.each([
  ['digest', 'a'.repeat(63)],
  ['digest', 'a'.repeat(65)],
  ['digest', 'A'.repeat(64)],
  ['digest', 'g'.repeat(64)],
  ['digest', `${'a'.repeat(64)}\n`],
  ['transactionId', '-1'],
  ['transactionId', '1.5'],
  ['transactionId', ' 1'],
  ['transactionId', '1x'],
  ['transactionId', 'x1'],
  ['storedAt', '2026-01-06'],
  ['storedAt', 'yesterday'],
])('a receipt whose %s is %j is none', (field, value) => {
  expect(receipt.safeParse({ ...RECEIPT, [field]: value }).success).toBe(false);
});

it.each([
  ['leads', 'lead'],
  ['users', 'user'],
  ['orders', 'order'],
] as const)('the keys of %s are those of its records and of nothing else', (entity, kind) => {
  for (const id of ['0_a', '1736177352123_abc123def', '123456789012345_abcdefghijkl', '1_0']) {
    expect(RECORD_KEY[entity].test(`${kind}:${kind}_${id}`), id).toBe(true);
  }
  for (const id of [
    '_a',
    '1_',
    '1234567890123456_a',
    '1_abcdefghijklm',
    '1_A',
    '1_a ',
    '1_a\n',
    'x_a',
    '1a',
    '1_a:b',
  ]) {
    expect(RECORD_KEY[entity].test(`${kind}:${kind}_${id}`), id).toBe(false);
  }
  for (const key of [`x${kind}:${kind}_1_a`, `${kind}:${kind}X1_a`, `${kind}_1_a`, `${kind}s:index`, '']) {
    expect(RECORD_KEY[entity].test(key), key).toBe(false);
  }
  const others = Object.values(RECORD_KEY).filter((pattern) => pattern.test(`${kind}:${kind}_1_a`));
  expect(others).toEqual([RECORD_KEY[entity]]);
});
