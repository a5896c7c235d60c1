import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { type Captured, call, capture, createOrder, createUser, expectSqlState, orderDetails } from '../call.ts';

const TABLE = 'kv_store_3cbf86a5';
const actor = 'x';

let database: TestDatabase;
let client: pg.Client;
let lead: string;
let user: string;
let order: string;
beforeEach(async () => {
  database = await createTestDatabase();
  // What never ends should end here.
  client = new pg.Client({ connectionString: database.url, statement_timeout: 30_000 });
  await client.connect();
  lead = (await call<Captured>(database, 'crm_capture_lead', capture({ email: 'ann@example.com' }))).leadId;
  user = await createUser(database, { email: 'bob@example.com' });
  order = (await createOrder(database, user)).value.id;
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

const run = async <Result>(name: string, payload: object): Promise<Result> =>
  (await client.query(`select public.${name}($1) as result`, [JSON.stringify(payload)])).rows[0].result;

/** Somebody's trigger before each write of a row of which the condition is true. */
const trigger = (event: string, body: string, condition = 'true') => `
  create function public.meddle() returns trigger language plpgsql as $$ begin ${body} end $$;
  create trigger meddle before ${event} on ${TABLE} for each row when (${condition}) execute function public.meddle()`;
const refusing = (event: string, condition?: string) => trigger(event, 'return null;', condition);

const everything = async () =>
  JSON.stringify([
    await database.sql(`select key, value::text from ${TABLE} order by key`),
    await database.sql('select key, operation from crm.changes order by seq'),
    await database.sql('select submission_id, outcome from crm.submissions order by 1'),
    await database.sql('select id from crm.held_submissions order by 1'),
  ]);

const newUser = { email: 'cy@example.com', name: 'Cy', accountStatus: 'active' };
type Write = [name: string, payload: () => object];
const INSERTS: Write[] = [
  ['crm_capture_lead', () => capture({ email: 'a@b.co' }, { submissionId: crypto.randomUUID() })],
  ['crm_create_user', () => ({ user: newUser, actor })],
  ['crm_create_order', () => ({ order: orderDetails(user), submissionId: crypto.randomUUID(), actor })],
  ['crm_convert_lead', () => ({ id: lead, actor })],
  ['crm_add_seed', () => ({ actor })],
];
const CANARY: Write = ['crm_write_canary', () => ({ id: crypto.randomUUID(), nonce: 'of-the-test' })];
const UPDATES: Write[] = [
  ['crm_update_lead', () => ({ id: lead, patch: { notes: 'called' }, actor })],
  ['crm_update_user', () => ({ id: user, patch: { phone: '5' }, actor })],
  ['crm_update_user', () => ({ id: user, patch: { email: 'dee@example.com' }, actor })],
  ['crm_record_login', () => ({ id: user, actor })],
  ['crm_update_order', () => ({ id: order, patch: { notes: 'soon' }, actor })],
  ['crm_add_order_event', () => ({ id: order, note: 'paid', status: 'processing', actor })],
  ['crm_convert_lead', () => ({ id: lead, actor })],
];
const DELETES: Write[] = [
  ['crm_delete_lead', () => ({ id: lead, actor })],
  ['crm_delete_order', () => ({ id: order, actor })],
];

async function expectRefused([name, payload]: Write) {
  const before = await everything();
  const error = await expectSqlState(run(name, payload()), 'CRM03');
  expect(error.message).toMatch(/trigger or rule .* Test Connection/);
  expect(await everything()).toBe(before);
}

const RECORDS = '^(lead:lead|user:user|order:order)_[0-9]+_[a-z0-9]+$';

describe('a trigger that lets no row be inserted', () => {
  it.each([...INSERTS, CANARY])('has %s refused, with nothing stored', async (...write) => {
    await database.sql(refusing('insert'));
    await expectRefused(write);
  });

  it.each(INSERTS)('has %s refused where it is of records alone', async (...write) => {
    await database.sql(refusing('insert', `new.key ~ '${RECORDS}'`));
    await expectRefused(write);
  });

  it('has a held submission stay held', async () => {
    const suspicious = capture({ email: 'a@b.co' }, { suspicions: ['decoy_filled'] });
    const { heldId: id } = await call<{ heldId: string }>(database, 'crm_capture_lead', suspicious);
    await database.sql(refusing('insert'));
    await expectRefused(['crm_release_held', () => ({ id, actor })]);
  });
});

describe('a trigger that lets no row be changed', () => {
  it.each(UPDATES)('has %s refused, with nothing stored', async (...write) => {
    await database.sql(refusing('update', `old.key ~ '${RECORDS}'`));
    await expectRefused(write);
  });

  it('has demo records refused that belong behind others', async () => {
    await database.sql(refusing('update'));
    await expectRefused(['crm_add_seed', () => ({ actor })]);
  });
});

describe('a trigger that lets no row be deleted', () => {
  it.each(DELETES)('has %s refused, with nothing stored', async (...write) => {
    await database.sql(refusing('delete', `old.key ~ '${RECORDS}'`));
    await expectRefused(write);
  });

  it('has the removal of a user and of the demo refused', async () => {
    const id = await createUser(database);
    await call(database, 'crm_add_seed', { actor });
    await database.sql(refusing('delete', `old.key ~ '${RECORDS}'`));
    await expectRefused(['crm_delete_user', () => ({ id, actor })]);
    await expectRefused(['crm_remove_seed', () => ({ actor })]);
  });
});

describe('a trigger that keeps derived rows as they are', () => {
  it('has a capture refused that no index would name', async () => {
    await database.sql(refusing('update', `old.key = 'leads:index'`));
    await expectRefused(INSERTS[0] as Write);
  });

  it('has an order refused that its user would not be credited with', async () => {
    await database.sql(refusing('update', `old.key ~ '^user:user_[0-9]+_[a-z0-9]+$'`));
    await expectRefused(INSERTS[2] as Write);
  });
});

it('demo leads that are kept out are refused as a whole', async () => {
  await database.sql(refusing('insert', `new.key ~ '^lead:'`));
  await expectRefused(['crm_add_seed', () => ({ actor })]);
});

it('a lead that keeps the mention of a deleted user has the deletion refused', async () => {
  const id = await createUser(database);
  await database.sql(
    `update ${TABLE} set value = value || jsonb_build_object('convertedToUserId', $1::text) where key = $2`,
    [id, `lead:${lead}`],
  );
  await database.sql(refusing('update', `old.key ~ '^lead:'`));
  await expectRefused(['crm_delete_user', () => ({ id, actor })]);
});

it.each([
  ['insert', INSERTS[0]],
  ['update', UPDATES[0]],
  ['delete', DELETES[0]],
] as [string, Write][])('a rule instead of each %s has it refused', async (event, write) => {
  await database.sql(`create rule meddle as on ${event} to ${TABLE} do instead nothing`);
  await expectRefused(write);
});

it('a row that is gone by the end of its own insert is refused', async () => {
  await database.sql(`
    create function public.meddle() returns trigger language plpgsql as $$ begin delete from ${TABLE} where key = new.key; return null; end $$;
    create trigger meddle after insert on ${TABLE} for each row when (new.key ~ '^lead:') execute function public.meddle()`);
  await expectRefused(INSERTS[0] as Write);
});

it('a trigger that edits what is stored is in the receipt and in every reply', async () => {
  const stamp = `new.value := new.value || jsonb_build_object('stamp', tg_op); return new;`;
  await database.sql(trigger('insert or update', stamp, `new.key ~ '${RECORDS}'`));
  const row = async (key: string) =>
    (
      await database.sql<{ value: object; digest: string }>(
        `select value, crm.digest(key, value) as digest from ${TABLE} where key = $1`,
        [key],
      )
    )[0];
  const { receipt } = await run<Captured>('crm_capture_lead', capture({ email: 'a@b.co' }));
  expect(await row(receipt.key)).toMatchObject({ digest: receipt.digest, value: { stamp: 'INSERT' } });
  const replies = [...INSERTS.slice(1, 3), ...UPDATES.slice(0, -1)];
  for (const [name, payload] of replies) {
    const { key, value } = await run<{ key: string; value: object }>(name, payload());
    expect(value, name).toHaveProperty('stamp');
    expect((await row(key))?.value, name).toEqual(value);
  }
  const converted = await run<Record<'lead' | 'user', { key: string; value: object }>>('crm_convert_lead', {
    id: lead,
    actor,
  });
  for (const { key, value } of [converted.lead, converted.user]) expect((await row(key))?.value).toEqual(value);
});
