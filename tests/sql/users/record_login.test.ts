import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, createUser, expectSqlState, type StoredRow } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const logIn = (id: string) => call<StoredRow>(database, 'crm_record_login', { id, actor: 'key:admin' });

it('stamps lastLogin and leaves the version to those who edit the account', async () => {
  const id = await createUser(database);
  const { value } = await logIn(id);
  expect(value.lastLogin).toMatch(/^20\d\d-.+Z$/);
  expect(value.updatedAt).toBe(value.signupDate);
});

it('of a suspended account is CRM09, of nobody CRM04', async () => {
  await expectSqlState(logIn(await createUser(database, { accountStatus: 'suspended' })), 'CRM09');
  await expectSqlState(logIn('user_1_nobody'), 'CRM04');
});
