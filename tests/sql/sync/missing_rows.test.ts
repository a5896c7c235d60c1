import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncReport } from '../../../shared/contract/sync-report.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead } from '../call.ts';
import { tamper, withoutServer } from './sync-faults.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const findings = async () => withoutServer(await call<SyncReport>(database, 'crm_get_sync'));

describe('past the API', () => {
  let client: pg.Client;
  beforeEach(async () => {
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterEach(() => client.end());

  const KEYS = ['lead:lead_0000000000001_seedlead1', 'order:order_0000000000001_seedorder1'];
  const missing = async () =>
    (await findings())
      .filter(({ code }) => code === 'row.missing')
      .map(({ entity, keys, count }) => ({ entity, keys, count }));

  it('rows deleted with triggers off are missing, until the log says why', async () => {
    await call(database, 'crm_add_seed', { actor: 'x' });
    const remove = `delete from kv_store_3cbf86a5 where key in ('${KEYS.join("', '")}')`;
    await tamper(client, remove, 'off');
    const gone = [
      { entity: 'leads', keys: KEYS.slice(0, 1), count: 1 },
      { entity: 'orders', keys: KEYS.slice(1), count: 1 },
    ];
    expect(await missing()).toEqual(gone);
    await call(database, 'crm_repair_sync', { actor: 'x' });
    expect(await missing()).toEqual(gone);
    await database.sql(`insert into crm.changes (key, operation) select unnest($1::text[]), 'delete'`, [KEYS]);
    expect(await missing()).toEqual([]);
  });

  it('rows are not missing when the log has their deletion, or the emptying of the table', async () => {
    await call(database, 'crm_add_seed', { actor: 'x' });
    await tamper(client, `delete from kv_store_3cbf86a5 where key = '${KEYS[0]}'`, 'on');
    expect(await missing()).toEqual([]);
    await tamper(client, 'truncate kv_store_3cbf86a5', 'on');
    expect(await findings()).toEqual([]);
    await captureLead(database);
    expect(await findings()).toEqual([]);
  });

  it('a row deleted in plain SQL, which the log has seen, is still named by the index', async () => {
    await call(database, 'crm_add_seed', { actor: 'x' });
    await tamper(client, `delete from kv_store_3cbf86a5 where key = '${KEYS[0]}'`, 'on');
    expect(await findings()).toMatchObject([
      {
        code: 'index.dangling',
        severity: 'error',
        entity: 'leads',
        count: 1,
        keys: KEYS.slice(0, 1),
        repairable: true,
      },
    ]);
  });

  it('all rows are missing after a TRUNCATE that nothing logged', async () => {
    await call(database, 'crm_add_seed', { actor: 'x' });
    await tamper(client, 'truncate kv_store_3cbf86a5', 'off');
    expect((await missing()).map(({ entity }) => entity)).toEqual(['leads', 'orders', 'users']);
  });

  it('a row is missing again after one of the same key was deleted and stored anew', async () => {
    await call(database, 'crm_add_seed', { actor: 'x' });
    await call(database, 'crm_remove_seed', { actor: 'x' });
    await call(database, 'crm_add_seed', { actor: 'x' });
    expect(await missing()).toEqual([]);
    await tamper(client, `delete from kv_store_3cbf86a5 where key = '${KEYS[0]}'`, 'off');
    expect(await missing()).toEqual([{ entity: 'leads', keys: KEYS.slice(0, 1), count: 1 }]);
  });
});
