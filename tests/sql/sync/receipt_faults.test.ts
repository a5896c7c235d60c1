import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RepairReply, SyncReport } from '../../../shared/contract/sync-report.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { type Captured, call, capture } from '../call.ts';
import { tamper, withoutServer } from './sync-faults.ts';

const KV = 'kv_store_3cbf86a5';

let database: TestDatabase;
let client: pg.Client;
beforeEach(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

const found = (report: SyncReport) => withoutServer(report).map(({ code, keys }) => ({ code, keys }));
const findings = async () => found(await call<SyncReport>(database, 'crm_get_sync'));
const changed = (...keys: string[]) => [{ code: 'row.changed', keys: keys.sort() }];

const submit = (lead: object = {}, more: object = {}) => {
  const payload = capture({ email: 'ann@example.com', ...lead }, { submissionId: crypto.randomUUID(), ...more });
  return call<Captured & { heldId: string }>(database, 'crm_capture_lead', payload);
};
const setNotes = (key: string) => `update ${KV} set value = value || '{"notes": "x"}' where key = '${key}'`;
const changeByte = (key: string) =>
  `update ${KV} set value = jsonb_set(value, '{email}', '"and@example.com"') where key = '${key}'`;

describe('a lead that was changed past the log', () => {
  it('is not what was acknowledged, before and after a repair, until its text is as it was', async () => {
    const { receipt } = await submit();
    await submit();
    await tamper(client, changeByte(receipt.key), 'off');
    const report = await call<SyncReport>(database, 'crm_get_sync');
    expect(report.verdict).toBe('drift');
    expect(withoutServer(report)).toEqual([
      {
        code: 'row.changed',
        severity: 'error',
        entity: 'leads',
        count: 1,
        keys: [receipt.key],
        message: 'Leads whose text is not what was acknowledged, and the change log does not say who changed it: 1.',
        remedy: expect.stringContaining("values ('<key>', 'update');"),
        statements: ["insert into crm.changes (key, operation) values ('<key>', 'update');"],
        repairable: false,
      },
    ]);
    const repaired = await call<RepairReply>(database, 'crm_repair_sync', { actor: 'x' });
    expect(repaired.changeCount).toBe(0);
    expect(found(repaired.report)).toEqual(changed(receipt.key));
    await tamper(client, changeByte(receipt.key).replace('and@', 'ann@'), 'off');
    expect(await findings()).toEqual([]);
  });

  it('is found among released ones, and where its insert is not in the log either', async () => {
    const { heldId } = await submit({}, { suspicions: ['decoy_filled'] });
    const released = await call<Captured>(database, 'crm_release_held', { id: heldId, actor: 'x' });
    const { receipt } = await submit();
    expect(await findings()).toEqual([]);
    const keys = [released.receipt.key, receipt.key];
    for (const key of keys) await tamper(client, changeByte(key), 'off');
    await database.sql('delete from crm.changes where key = $1', [receipt.key]);
    expect(await findings()).toEqual(changed(...keys));
  });

  it('is on record once the log has an entry, as the remedy says', async () => {
    const { receipt } = await submit();
    await tamper(client, changeByte(receipt.key), 'off');
    await database.sql("insert into crm.changes (key, operation) values ($1, 'update')", [receipt.key]);
    expect(await findings()).toEqual([]);
  });

  it('is found by its key when it holds a secret, from the start or since', async () => {
    const born = await submit({ password: 'hunter2' });
    const { receipt } = await submit();
    expect(await findings()).toEqual([]);
    await tamper(client, setNotes(born.receipt.key), 'off');
    await tamper(client, `update ${KV} set value = value || '{"otp": "hunter2"}' where key = '${receipt.key}'`, 'off');
    expect(await findings()).toEqual(changed(born.receipt.key, receipt.key));
    expect(JSON.stringify(await call(database, 'crm_get_sync'))).not.toContain('hunter2');
  });

  it('is not compared when no receipt was kept', async () => {
    await call(database, 'crm_add_seed', { actor: 'x' });
    const unkept = await call<Captured>(database, 'crm_capture_lead', capture({ email: 'a@b.co' }));
    for (const key of [unkept.receipt.key, 'lead:lead_0000000000001_seedlead1']) {
      await tamper(client, setNotes(key), 'off');
    }
    expect(await findings()).toEqual([]);
  });
});

describe('a lead that was changed as the log says', () => {
  it('by SQL, through the API, or not at all, is nothing to report', async () => {
    const [first, second, third, fourth] = await Promise.all([submit(), submit(), submit(), submit()]);
    await tamper(client, setNotes(first.receipt.key), 'on');
    await call(database, 'crm_update_lead', { id: second.leadId, patch: { notes: 'called' }, actor: 'x' });
    await call(database, 'crm_convert_lead', { id: third.leadId, actor: 'x' });
    await call(database, 'crm_delete_lead', { id: fourth.leadId, actor: 'x' });
    expect(await findings()).toEqual([]);
    // What it was changed to past the log is hidden by what the log has: the limit of this comparison.
    await tamper(client, changeByte(second.receipt.key), 'off');
    expect(await findings()).toEqual([]);
  });

  it('by a retry of its submission, also after it was deleted, is nothing to report', async () => {
    const submissionId = crypto.randomUUID();
    const { leadId } = await submit({}, { submissionId });
    expect(await submit({}, { submissionId })).toMatchObject({ leadId, replayed: true });
    expect(await findings()).toEqual([]);
    await call(database, 'crm_delete_lead', { id: leadId, actor: 'x' });
    await submit({}, { submissionId });
    await submit();
    expect(await findings()).toEqual([]);
  });

  it('and deleted and put back by hand is nothing to report', async () => {
    const { receipt } = await submit();
    await tamper(client, `create temp table kept as select * from ${KV} where key = '${receipt.key}'`, 'on');
    await tamper(client, `delete from ${KV} where key = '${receipt.key}'`, 'on');
    await tamper(client, `insert into ${KV} select * from kept; ${changeByte(receipt.key)}`, 'on');
    expect(await findings()).toEqual([]);
  });

  it('and emptied with the table, by one who lets the log know, is nothing to report', async () => {
    await Promise.all([submit(), submit()]);
    await tamper(client, `truncate ${KV}`, 'on');
    expect(await findings()).toEqual([]);
    await submit();
    expect(await findings()).toEqual([]);
  });

  it('and held, then released or deleted, is nothing to report', async () => {
    const held = await Promise.all([1, 2, 3].map(() => submit({}, { suspicions: ['decoy_filled'] })));
    const [first, second] = held;
    await call(database, 'crm_release_held', { id: first?.heldId, actor: 'x' });
    await call(database, 'crm_delete_held', { id: second?.heldId });
    expect(await findings()).toEqual([]);
  });
});

describe('a lead whose history was cut from the log', () => {
  const missing = (...keys: string[]) => [{ code: 'row.missing', keys: keys.sort() }];

  it('and that differs from its receipt is found, with the log emptied or only its entries gone', async () => {
    const [first, second] = await Promise.all([submit(), submit()]);
    await tamper(client, setNotes(first.receipt.key), 'on');
    expect(await findings()).toEqual([]);
    await database.sql('delete from crm.changes where key = $1', [first.receipt.key]);
    expect(await findings()).toEqual(changed(first.receipt.key));
    await tamper(client, changeByte(second.receipt.key), 'off');
    await database.sql('delete from crm.changes');
    expect(await findings()).toEqual(changed(first.receipt.key, second.receipt.key));
    await submit();
    expect(await findings()).toEqual(changed(first.receipt.key, second.receipt.key));
  });

  it('is missing when it was deleted past the log, with what index and log had of it', async () => {
    const { leadId, receipt } = await submit();
    await submit();
    const remove = `delete from ${KV} where key = '${receipt.key}'; update ${KV} set value = value - '${leadId}' where key = 'leads:index'`;
    await tamper(client, remove, 'off');
    await database.sql('delete from crm.changes where key = $1', [receipt.key]);
    expect(await findings()).toEqual(missing(receipt.key));
    await database.sql("insert into crm.changes (key, operation) values ($1, 'delete')", [receipt.key]);
    expect(await findings()).toEqual([]);
  });

  it('is missing when table and log were emptied, whatever was stored or emptied before and since', async () => {
    const before = await submit();
    await tamper(client, `truncate ${KV}`, 'on');
    const { receipt } = await submit();
    await tamper(client, `truncate ${KV}`, 'off');
    expect(await findings()).toEqual(missing(receipt.key));
    await database.sql('truncate crm.changes');
    expect(await findings()).toEqual(missing(before.receipt.key, receipt.key));
    await submit();
    expect(await findings()).toEqual(missing(before.receipt.key, receipt.key));
  });

  it('is missing when it came and went while the log was off', async () => {
    await database.sql(`alter table ${KV} disable trigger crm_log_write`);
    const { leadId, receipt } = await submit();
    await database.sql(`delete from ${KV} where key = $1`, [receipt.key]);
    await database.sql(`update ${KV} set value = value - $1::text where key = 'leads:index'`, [leadId]);
    await database.sql(`alter table ${KV} enable trigger crm_log_write`);
    expect(await findings()).toEqual(missing(receipt.key));
  });
});
