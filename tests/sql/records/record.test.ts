import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, createOrder, createUser, expectSqlState } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it.each(['crm_get_order', 'crm_get_user'] as const)(
  '%s gives a record or a row that is none, and CRM04 for nothing',
  async (name) => {
    const kind = name.slice(8);
    const user = await createUser(database);
    const id = kind === 'user' ? user : (await createOrder(database, user)).value.id;
    expect(await call(database, name, { id })).toMatchObject({ key: `${kind}:${id}`, value: { id } });
    await database.sql("insert into kv_store_3cbf86a5 (key, value) values ($1, 'null')", [`${kind}:${kind}_1_odd`]);
    expect(await call(database, name, { id: `${kind}_1_odd` })).toMatchObject({ value: null });
    for (const payload of [{ id: `${kind}_1_nobody` }, { id: '%' }, { id: null }, {}])
      await expectSqlState(call(database, name, payload), 'CRM04');
  },
);

it.each(['crm_list_order_history', 'crm_list_user_history'] as const)(
  '%s tells every write, also of what is gone',
  async (name) => {
    const kind = name.slice(9, -8) as 'order' | 'user';
    const user = await createUser(database);
    const id = kind === 'user' ? user : (await createOrder(database, user)).value.id;
    const patch = kind === 'user' ? { name: 'Anna' } : { notes: 'x' };
    await call(database, `crm_update_${kind}`, { id, patch, actor: 'a' });
    await call(database, `crm_delete_${kind}`, { id, actor: 'b' });
    const { changes } = await call<{ changes: object[] }>(database, name, { id });
    expect(changes).toMatchObject([
      { operation: 'insert', actor: 'key:admin' },
      { operation: 'update', actor: 'a', fields: {} },
      { operation: 'delete', actor: 'b' },
    ]);
    await expectSqlState(call(database, name, { id: `${kind}_1_nobody` }), 'CRM04');
  },
);
