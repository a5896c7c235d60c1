import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationScript } from '../../../api/sql/script.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, createUser, expectSqlState, type StoredRow } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function form(email: string): Promise<string> {
  const [row] = await database.sql<{ form: string }>('select crm.email_form($1) as form', [email]);
  return row?.form ?? '';
}

const findBy = async (email: string) => (await call<StoredRow>(database, 'crm_get_user_by_email', { email })).value.id;
const convert = (id: string) =>
  call<{ user: StoredRow; created: boolean }>(database, 'crm_convert_lead', { id, actor: 'x' });

/** How often a search of the leads and of the users finds an address. */
async function found(q: string): Promise<number[]> {
  const lists = await Promise.all(
    (['crm_list_leads', 'crm_list_users'] as const).map((name) =>
      call<{ rows: unknown[] }>(database, name, { limit: 50, q }),
    ),
  );
  return lists.map(({ rows }) => rows.length);
}

describe('one address', () => {
  it.each([
    ['INFO@EXAMPLE.COM', 'info@example.com'],
    ['ana@bücher.example', 'ana@xn--bcher-kva.example'],
    ['ana@bücher.example', 'ANA@XN--BCHER-KVA.EXAMPLE'],
    ['ana@bu\u0308cher.example', 'ana@bücher.example'],
    ['li@例子.测试', 'li@xn--fsqu00a.xn--0zwm56d'],
    ['kim@\u212Aelvin.example', 'kim@kelvin.example'],
    ['so\u00ADft@exam\u00ADple.com', 'soft@example.com'],
  ])('%s and %s are one for lookup, conversion, duplicates and search', async (one, other) => {
    expect(await form(one)).toBe(await form(other));
    for (const [stored, asked] of [
      [one, other],
      [other, one],
    ] as const) {
      await database.sql('truncate kv_store_3cbf86a5');
      const id = await createUser(database, { email: stored });
      await expectSqlState(createUser(database, { email: asked }), 'CRM09');
      expect(await findBy(asked)).toBe(id);
      const lead = await captureLead(database, { email: asked });
      expect(await convert(lead)).toMatchObject({ created: false, user: { value: { id } } });
      expect(await found(asked)).toEqual([1, 1]);
      expect(await call(database, 'crm_get_sync')).toMatchObject({ verdict: 'synced' });
    }
  });

  it.each([
    ['\u212Aim@victim.example', 'kim@victim.example'],
    ['\u0131nfo@victim.example', 'info@victim.example'],
    ['\u0130nfo@victim.example', 'info@victim.example'],
    ['\u017Fam@victim.example', 'sam@victim.example'],
  ])('%s is not %s', async (one, other) => {
    await database.sql('truncate kv_store_3cbf86a5');
    const id = await createUser(database, { email: other });
    const lead = await captureLead(database, { email: one });
    const converted = await convert(lead);
    expect(converted.created).toBe(true);
    expect(converted.user.value.id).not.toBe(id);
    expect(await findBy(other)).toBe(id);
  });

  it('has the domain that URLs have', async () => {
    const letter = fc.constantFrom(...'abz09äöüßéñøłžčабвגדهو日本語한국어ไทย');
    const label = fc.string({ unit: letter, minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(label, async (name) => {
        const ascii = domainToASCII(`${name}.example`);
        // Scripts that may not be mixed.
        fc.pre(ascii !== '');
        expect(await form(`a@${name}.example`)).toBe(`a@${ascii}`);
      }),
      { numRuns: 200 },
    );
  });
});

it('a lookup that an earlier release wrote in another form is a finding, and repair writes it again', async () => {
  await database.sql('truncate kv_store_3cbf86a5');
  const id = await createUser(database, { email: 'ana@bücher.example' });
  await database.sql(
    `update kv_store_3cbf86a5 set key = 'user:email:ana@bücher.example' where key = 'user:email:ana@xn--bcher-kva.example'`,
  );
  expect(await call(database, 'crm_get_sync')).toMatchObject({
    verdict: 'drift',
    findings: [{ code: 'lookup.missing' }, { code: 'lookup.mismatch' }],
  });
  expect(await call(database, 'crm_repair_sync', { actor: 'x' })).toMatchObject({ report: { verdict: 'synced' } });
  expect(await findBy('ana@xn--bcher-kva.example')).toBe(id);
});

it('in a Turkish database, I and i are one letter', async () => {
  const name = `turkish_${crypto.randomUUID().replaceAll('-', '')}`;
  const server = await createTestDatabase('empty');
  try {
    await server.sql(`create database ${name} template template0 locale_provider icu icu_locale 'tr-TR'`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    const turkish = new pg.Client({ connectionString: url.href });
    await turkish.connect();
    try {
      expect((await turkish.query("select lower('I') as i")).rows).toEqual([{ i: 'ı' }]);
      await turkish.query(migrationScript());
      const ask = async (name: string, payload: object) =>
        (await turkish.query(`select public.${name}($1) as result`, [JSON.stringify(payload)])).rows[0].result;
      const user = { email: 'INFO@EXAMPLE.COM', name: 'Ann', accountStatus: 'active' };
      const { value } = await ask('crm_create_user', { user, actor: 'x' });
      expect(await ask('crm_get_user_by_email', { email: 'info@example.com' })).toMatchObject({
        value: { id: value.id },
      });
      expect((await ask('crm_list_users', { limit: 5, q: 'info@example.com' })).rows).toHaveLength(1);
      expect((await ask('crm_list_users', { limit: 5, q: 'INFO' })).rows).toHaveLength(1);
    } finally {
      await turkish.end();
    }
  } finally {
    await server.sql(`drop database if exists ${name} with (force)`);
    await server.drop();
  }
});
