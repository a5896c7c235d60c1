import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { createOrder, createUser, expectSqlState } from '../call.ts';

const year = new Date().getUTCFullYear();
const asNumber = (number: number) => `VS-${year}-${String(number).padStart(6, '0')}`;

let database: TestDatabase;
let userId: string;
beforeEach(async () => {
  database = await createTestDatabase();
  userId = await createUser(database);
});
afterEach(() => database.drop());

/** Orders of an older install. */
async function inOldRows(orderNumbers: unknown[]): Promise<void> {
  for (const [i, orderNumber] of orderNumbers.entries()) {
    const row = [`order:order_${i}_old`, JSON.stringify({ orderNumber })];
    await database.sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', row);
  }
}

/** Creates so many orders at once. */
async function numbersOf(count: number): Promise<string[]> {
  const made = await Promise.all(Array.from({ length: count }, () => createOrder(database, userId)));
  return made.map(({ value }) => String(value.orderNumber)).sort();
}

it('numbers begin at 1, and those of deleted orders are not given again', async () => {
  expect(await numbersOf(3)).toEqual([1, 2, 3].map(asNumber));
  await database.sql("delete from kv_store_3cbf86a5 where key ~ '^order:'");
  expect(await numbersOf(1)).toEqual([asNumber(4)]);
});

it('numbers go on behind those that an older install gave, in any order', async () => {
  await inOldRows([asNumber(417), asNumber(416), 'VS-1999-999999', `VS-${year}-42`, `VS-${year}-4x9999`, null, 7]);
  await database.sql("insert into kv_store_3cbf86a5 (key, value) values ('order:order_99_a', '[]')");
  expect(await numbersOf(2)).toEqual([418, 419].map(asNumber));
});

describe('a year in which an older install gave the last number', () => {
  it('has numbers for fifty orders at once, all of them free', async () => {
    await inOldRows([7, 417, 500_003, 500_004, 500_007, 999_999].map(asNumber));
    expect(await numbersOf(50)).toEqual(Array.from({ length: 50 }, (_, i) => asNumber(418 + i)));
  });

  it('passes over every number that is taken, at once too, and ends when none is left', async () => {
    await inOldRows([499_998, 500_000, 500_001, 500_003, 999_997, 999_999].map(asNumber));
    expect(await numbersOf(5)).toEqual([499_999, 500_002, 500_004, 500_005, 500_006].map(asNumber));
    await database.sql('update crm.order_numbers set last = 999995');
    expect(await numbersOf(2)).toEqual([999_996, 999_998].map(asNumber));
    await expectSqlState(createOrder(database, userId), 'CRM09');
  });

  it('goes on where an earlier version of this product had begun it', async () => {
    await inOldRows([asNumber(700_000)]);
    await database.sql('insert into crm.order_numbers (year, last) values ($1, 700000)', [year]);
    expect(await numbersOf(2)).toEqual([700_001, 700_002].map(asNumber));
  });
});
