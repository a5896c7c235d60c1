import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startApi, type TestApi } from '../../../tests/rig/api.ts';
import { fakeBrowser } from '../../../tests/rig/extension-in-node.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import type { Failure } from '../../platform/api/failure.ts';
import { saveCredential } from '../../platform/connection/credentials.ts';
import { bend, createConnectionTests, type TestResult } from './connection-tests.ts';

const TABLE = 'kv_store_3cbf86a5';
const live = { watch: <T>(request: () => Promise<T>) => request() };
const ended = new AbortController().signal;

let api: TestApi;
let proxy: FaultyProxy;
beforeAll(async () => {
  api = await startApi();
  proxy = await startFaultyProxy(api.url);
});
afterAll(async () => {
  await proxy.close();
  await api.close();
});
beforeEach(() => {
  fakeBrowser.reset();
  proxy.set('pass');
});

async function runOn(url: string, key: string, view: Parameters<typeof createConnectionTests>[0]['live'] = live) {
  await saveCredential('c', { kind: 'key', key }, false);
  const tests = createConnectionTests({ connection: { id: 'c', name: 'Test', url }, live: view });
  await tests.run(ended);
  return {
    passed: tests.passed.value,
    states: tests.results.value.map(({ state }) => state),
    of: (id: string): TestResult => tests.results.value.find((result) => result.id === id) ?? expect.fail(id),
  };
}
const run = () => runOn(proxy.url, api.adminKey);
const wrong = ({ evidence }: TestResult) => evidence.filter(({ ok }) => ok === false).map(({ label }) => label);

/** On an API of its own, broken by SQL. */
async function runBroken(statement: string, environment: Record<string, string> = {}) {
  const broken = await startApi(environment);
  await broken.request('POST', '/leads', { key: null, body: { email: 'ann@example.com' } });
  if (statement) await broken.sql(statement);
  const found = await runOn(broken.url, broken.adminKey);
  await broken.close();
  return found;
}

describe('all is well', () => {
  it('five of five, each with what it compared, and nothing is left behind', async () => {
    const { passed, states, of } = await run();
    expect([passed, states]).toEqual([5, Array(5).fill('passed')]);
    expect(of('reach').evidence.find(({ label }) => label === 'Database')?.found).toMatch(/^PostgreSQL \d+/);
    expect(of('auth').evidence.map(({ found }) => found)).toEqual([
      'accepted as key:admin, admin',
      'refused with 401',
      'refused with 401',
    ]);
    expect(of('schema').evidence).toHaveLength(8);
    expect(of('write').evidence.map(({ label }) => label)).toEqual([
      ...['Written', 'Read back', 'Made just now', 'Digest', 'Removed'],
    ]);
    expect(of('sync').sentence).toBe('Synced, nothing stored yet.');
    expect(await api.sql(`select key from ${TABLE} where key like 'canary:%'`)).toEqual([]);
  });

  it('a viewer may ask for two of them; the others are not checked', async () => {
    const { passed, states, of } = await runOn(proxy.url, api.viewerKey);
    expect([passed, states]).toEqual([2, ['passed', 'passed', 'unchecked', 'unchecked', 'unchecked']]);
    expect(of('write')).toMatchObject({ sentence: 'Needs the role admin.', ms: null, remedy: null });
  });

  it('a wrong key differs in one character, and only there', () => {
    const token = `vsk_${'x'.repeat(32)}`;
    const bent = bend(token);
    expect([...token].filter((character, at) => character !== bent[at])).toHaveLength(1);
    expect(bend('a')).toBe('b');
    // Of a token the signature is what makes it right.
    const jwt = `${'h'.repeat(30)}.${'p'.repeat(90)}.${'s'.repeat(86)}`;
    expect(bend(jwt).split('.').slice(0, 2)).toEqual(jwt.split('.').slice(0, 2));
  });

  it('a run that the view leaves ends at once, and tells nothing', async () => {
    const left = new AbortController();
    proxy.set({ slow: 60_000 });
    await saveCredential('c', { kind: 'key', key: api.adminKey }, false);
    const tests = createConnectionTests({ connection: { id: 'c', name: 'Test', url: proxy.url }, live });
    const running = tests.run(left.signal);
    await vi.waitUntil(() => proxy.requests.length > 0);
    left.abort();
    await running;
    expect(tests.results.value.map(({ state }) => state)).toEqual(Array(5).fill('running'));
  });

  it('another run replaces the one before', async () => {
    await saveCredential('c', { kind: 'key', key: api.adminKey }, false);
    const tests = createConnectionTests({ connection: { id: 'c', name: 'Test', url: proxy.url }, live });
    proxy.set({ slow: 60_000 });
    const first = tests.run(ended);
    proxy.set('pass');
    await Promise.all([first, tests.run(ended)]);
    expect(tests.passed.value).toBe(5);
  });
});

describe('reach is red', () => {
  it('when nobody answers: the others are not checked, and the view hears of it', async () => {
    const heard: Failure[] = [];
    proxy.set('refuse');
    const { passed, states, of } = await runOn(proxy.url, api.adminKey, {
      watch: (request) =>
        request().catch((failure) => {
          heard.push(failure);
          throw failure;
        }),
    });
    expect([passed, states]).toEqual([0, ['wrong', 'unchecked', 'unchecked', 'unchecked', 'unchecked']]);
    expect(of('reach')).toMatchObject({
      cause: 'nobody on this computer',
      remedy: expect.stringContaining('npm start'),
    });
    expect(heard).toMatchObject([{ kind: 'unreachable', isAway: true }]);
  });

  it('when the schema is of another version, and the schema test says so too', async () => {
    const { of } = await runBroken(`update crm.settings set value = value || '{"version": 3}' where name = 'schema'`);
    expect(of('reach')).toMatchObject({
      cause: 'another schema version',
      sentence: expect.stringContaining('npm run migrate'),
    });
    expect(wrong(of('schema'))).toEqual(['Version']);
  });

  it('when the API is set to another table', async () => {
    const { of } = await runBroken('', { KV_TABLE: 'kv_store_other' });
    expect(of('reach')).toMatchObject({ cause: 'another table', sentence: expect.stringContaining('KV_TABLE') });
    expect(wrong(of('schema'))).toEqual(['Table']);
  });

  it('when the table is gone', async () => {
    const { of } = await runBroken(`alter table ${TABLE} rename to kv_store_lost`);
    expect(of('reach')).toMatchObject({ cause: 'missing table' });
    expect(wrong(of('schema'))).toContain('Table');
    expect(of('write')).toMatchObject({ state: 'wrong', cause: 'missing table' });
  });

  it('when our functions are gone', async () => {
    const { of } = await runBroken('drop function public.crm_check_health(jsonb)');
    expect(of('reach')).toMatchObject({ cause: 'missing functions' });
    expect(wrong(of('schema'))).toEqual(['Functions']);
  });
});

describe('sign-in is red', () => {
  it('when the key is of another API; all three answers are shown', async () => {
    const { of, states } = await runOn(proxy.url, 'key-of-another-api-0000');
    expect(of('auth')).toMatchObject({
      state: 'wrong',
      cause: 'refused sign-in',
      remedy: expect.stringContaining('Connect again'),
    });
    expect(of('auth').evidence.map(({ ok }) => ok)).toEqual([false, true, true]);
    expect(states[0]).toBe('passed');
  });

  it.each([
    ['nobody', (key: string | undefined) => key === undefined, 'None at all'],
    [
      'anybody with some key',
      (key: string | undefined) => key !== undefined && key !== `Bearer ${api.adminKey}`,
      'A wrong one',
    ],
  ])('when %s is let in', async (_, isConcerned, label) => {
    proxy.set(
      { status: 200, json: { success: true, role: 'admin', actor: 'key:admin' } },
      ({ path, headers }) => path === '/session' && isConcerned(headers.authorization),
    );
    const { of } = await run();
    expect(of('auth')).toMatchObject({ state: 'wrong', sentence: expect.stringContaining('everybody could read') });
    expect(wrong(of('auth'))).toEqual([label]);
  });
});

describe('schema is red', () => {
  it.each([
    ['a trigger is gone', `drop trigger crm_log_write on ${TABLE}`, 'Triggers', /migrate/],
    ['a trigger is off', `alter table ${TABLE} disable trigger crm_log_truncate`, 'Triggers', /enable trigger/],
    ['an index is gone', 'drop index public.kv_store_3cbf86a5_by_key', 'Indexes', /migrate/],
    ['strangers have a grant', `grant select on ${TABLE} to anon`, 'Grants', /revoke select/],
    [
      'row level security is off',
      `alter table ${TABLE} disable row level security`,
      'Row level security',
      /enable row level/,
    ],
    [
      'a function was edited',
      "create or replace function crm.iso(moment timestamptz) returns text language sql immutable return 'x'",
      'Functions',
      /migrate/,
    ],
    ['a grant is gone', `revoke delete on ${TABLE} from service_role`, 'Grants', /grant delete on public/],
  ])('when %s', async (_, statement, label, remedy) => {
    const { of } = await runBroken(statement);
    expect(wrong(of('schema'))).toEqual([label]);
    expect(of('schema')).toMatchObject({ state: 'wrong', remedy: expect.stringMatching(remedy) });
  });

  it('when the API leaves a check out', async () => {
    proxy.set(
      {
        rewrite: (body) => ({ ...body, checks: body.checks.filter(({ name }: { name: string }) => name !== 'grants') }),
      },
      ({ path }) => path.startsWith('/diagnostics/schema'),
    );
    expect(wrong((await run()).of('schema'))).toEqual(['Grants']);
  });
});

describe('write is red', () => {
  const onCanary = ({ path }: { path: string }) => path === '/diagnostics/canary';

  it('when a trigger changes what is written, and the row is gone all the same', async () => {
    const { of } = await runBroken(`
      create function public.meddle() returns trigger language plpgsql as
        $$ begin if new.key like 'canary:%' then new.value := '{"nonce": "another"}'; end if; return new; end $$;
      create trigger meddle before insert on ${TABLE} for each row execute function public.meddle()`);
    expect(of('write')).toMatchObject({ state: 'wrong', sentence: expect.stringContaining('not what was written') });
    expect(wrong(of('write'))).toContain('Made just now');
  });

  it('when the row cannot be removed', async () => {
    const { of } = await runBroken(`create rule keep as on delete to ${TABLE} do instead nothing`);
    expect(wrong(of('write'))).toEqual(['Removed']);
    expect(of('write').remedy).toContain('canary:');
  });

  it('when an older answer comes', async () => {
    const body = { nonce: 'of-an-earlier-run' };
    const old = await (await api.request('POST', '/diagnostics/canary', { body })).json();
    proxy.set({ status: 200, json: old }, onCanary);
    expect(wrong((await run()).of('write'))).toEqual(['Made just now']);
  });

  it.each([
    // biome-ignore lint/suspicious/noExplicitAny: a test bends replies into any shape.
    ['nothing is read back', (body: any) => ({ ...body, read: null }), 'reading it back gave nothing'],
    [
      'both digests are forged alike',
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      (body: any) => ({
        ...body,
        written: { ...body.written, digest: '0'.repeat(64) },
        read: { ...body.read, digest: '0'.repeat(64) },
      }),
      'not what was written',
    ],
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    ['it is still there', (body: any) => ({ ...body, gone: false }), 'could not be removed'],
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    ['the API itself says no', (body: any) => ({ ...body, matches: false }), 'not what was written'],
  ])('when %s', async (_, rewrite, sentence) => {
    proxy.set({ rewrite }, onCanary);
    expect((await run()).of('write')).toMatchObject({ state: 'wrong', sentence: expect.stringContaining(sentence) });
  });
});

describe('sync is red', () => {
  it('when the index lacks a lead, and names the finding', async () => {
    const { of } = await runBroken(`update ${TABLE} set value = '[]' where key = 'leads:index'`);
    expect(of('sync')).toMatchObject({ state: 'wrong', sentence: 'Drift: index.missing (1).' });
    expect(wrong(of('sync'))).toEqual(['index.missing']);
    expect(of('sync').evidence).toContainEqual({ label: 'Leads', found: '1 stored, 0 in the index', ok: null });
    expect(of('sync').remedy).toContain('Repair');
  });

  it('when an older report comes', async () => {
    const old = await (await api.request('GET', '/sync')).json();
    proxy.set({ status: 200, json: old }, ({ path }) => path.startsWith('/sync?'));
    const { of } = await run();
    expect(of('sync')).toMatchObject({ state: 'wrong', sentence: expect.stringContaining('keeps answers') });
  });

  it('when the verdict says other than its findings', async () => {
    proxy.set(
      { rewrite: ({ report, ...body }) => ({ ...body, report: { ...report, verdict: 'drift' } }) },
      ({ path }) => path.startsWith('/sync?'),
    );
    expect(wrong((await run()).of('sync'))).toEqual(['Verdict']);
  });
});
