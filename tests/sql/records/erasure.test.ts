import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, capture, captureLead, expectSqlState } from '../call.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

describe('erasing', () => {
  const EMAIL = 'erase.me@example.com';

  /** Every table and column of schema crm and the KV table in which this text stands. */
  async function placesOf(text: string): Promise<string[]> {
    const tables = await database.sql<{ name: string }>(
      `select schemaname || '.' || tablename as name from pg_tables where schemaname = 'crm' or tablename = 'kv_store_3cbf86a5'`,
    );
    expect(tables.length).toBeGreaterThan(5);
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await database.sql(`select 1 from ${name} as r where r::text like '%' || $1 || '%'`, [text]);
      if (rows.length > 0) found.push(name);
    }
    return found;
  }

  it('a lead leaves nothing that the person typed in any table', async () => {
    const submissionId = crypto.randomUUID();
    const lead = { email: EMAIL, name: 'Ann Erasable', message: 'my secret garden' };
    const { leadId: id } = await call<{ leadId: string }>(
      database,
      'crm_capture_lead',
      capture(lead, { submissionId, address: '10.9.8.7' }),
    );
    await call(database, 'crm_update_lead', {
      id,
      patch: { name: 'Ann Erased', notes: `call ${EMAIL}` },
      actor: 'key:admin',
    });
    expect(await placesOf(EMAIL)).toEqual(expect.arrayContaining(['crm.changes', 'public.kv_store_3cbf86a5']));
    await call(database, 'crm_delete_lead', { id, actor: 'key:admin' });
    for (const text of [EMAIL, 'Erasable', 'Erased', 'garden', '10.9.8.7'])
      expect(await placesOf(text), text).toEqual([]);
    const late = capture(lead, { submissionId });
    const replay = await call(database, 'crm_capture_lead', late);
    expect(replay, 'a late retry stores nothing').toMatchObject({ leadId: id, replayed: true });
    const other = capture({ email: 'somebody@else.example' }, { submissionId });
    await expectSqlState(call(database, 'crm_capture_lead', other), 'CRM22');
  });

  it('a row in plain SQL does the same', async () => {
    const id = await captureLead(database, { email: EMAIL, name: 'Ann Erasable' });
    await call(database, 'crm_update_lead', { id, patch: { name: 'Ann Erased' }, actor: 'key:admin' });
    await database.sql('delete from kv_store_3cbf86a5 where key = $1', [`lead:${id}`]);
    for (const text of [EMAIL, 'Erasable', 'Erased']) expect(await placesOf(text), text).toEqual([]);
  });

  it('a held submission does, and a released one moves whole', async () => {
    const hold = () =>
      call<{ heldId: string }>(
        database,
        'crm_capture_lead',
        capture({ email: EMAIL }, { suspicions: ['many_links'], submissionId: crypto.randomUUID() }),
      );
    const { heldId } = await hold();
    await call(database, 'crm_delete_held', { id: heldId });
    expect(await placesOf(EMAIL)).toEqual([]);
    const released = await call<{ leadId: string }>(database, 'crm_release_held', {
      id: (await hold()).heldId,
      actor: 'x',
    });
    expect(await placesOf(EMAIL)).toEqual(['public.kv_store_3cbf86a5']);
    await call(database, 'crm_delete_lead', { id: released.leadId, actor: 'x' });
    expect(await placesOf(EMAIL)).toEqual([]);
  });
});
