import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, expectSqlState } from '../call.ts';

interface Page {
  changes: { cursor: string; key: string; operation: string; actor: string | null; fields: object }[];
  nextCursor: string;
  more: boolean;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const list = (after: string | null, limit = 200) => call<Page>(database, 'crm_list_changes', { after, limit });

it('tells each change of a record once, in pages that end where the next begins, and then keeps the cursor', async () => {
  const { nextCursor: start } = await list(null);
  const id = await captureLead(database, { email: 'ann@example.com', password: 'hunter2' });
  const update = (patch: object) => call(database, 'crm_update_lead', { id, patch, actor: 'bob' });
  await update({ status: 'contacted' });
  await update({ status: 'qualified', password: 'hunter3' });
  await expect.poll(async () => (await list(start)).changes.length).toBe(3);

  const seen: Page['changes'] = [];
  let page: Page = { changes: [], nextCursor: start, more: true };
  while (page.more) {
    page = await list(page.nextCursor, 1);
    expect(page.changes).toHaveLength(1);
    expect(page.nextCursor).toBe(page.changes[0]?.cursor);
    seen.push(...page.changes);
  }
  expect(seen).toMatchObject([
    { key: `lead:${id}`, operation: 'insert', actor: 'form', fields: {} },
    { operation: 'update', actor: 'bob', fields: { status: { from: 'new', to: 'contacted' } } },
    { operation: 'update', actor: 'bob', fields: { status: { from: 'contacted', to: 'qualified' } } },
  ]);
  expect(JSON.stringify(seen)).not.toContain('hunter');
  expect(await list(page.nextCursor)).toEqual({ changes: [], nextCursor: page.nextCursor, more: false });
});

it('raises CRM01 for a cursor that is ahead of the database, as after a restore', async () => {
  await expectSqlState(list('9000000000000.1'), 'CRM01');
});
