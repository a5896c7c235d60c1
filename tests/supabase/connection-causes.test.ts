import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { migrate } from '../../api/sql/migrate.ts';
import type { TestResult } from '../../extension/proof/connection-tests/connection-tests.ts';
import { createTestDatabase } from '../rig/database.ts';
import { type EdgeApi, startEdgeApi } from '../rig/edge-api.ts';

const TABLE = 'kv_store_3cbf86a5';

let api: EdgeApi;
afterEach(() => api.close());

/** Test Connection of the extension, on the deployed function or on another address. */
async function run(url = api.url) {
  // The browser that they ask for must be there before they are.
  await import('../rig/extension-in-node.ts');
  const { saveCredential } = await import('../../extension/platform/connection/credentials.ts');
  const { createConnectionTests } = await import('../../extension/proof/connection-tests/connection-tests.ts');
  await saveCredential('c', { kind: 'key', key: api.adminKey }, false);
  const live = { watch: <T>(request: () => Promise<T>) => request() };
  const tests = createConnectionTests({ connection: { id: 'c', name: 'Project', url }, live });
  await tests.run(new AbortController().signal);
  return {
    passed: tests.passed.value,
    of: (id: string): TestResult => tests.results.value.find((result) => result.id === id) ?? expect.fail(id),
  };
}

describe('Test Connection on a project', () => {
  it('passes all five when it is set up', async () => {
    api = await startEdgeApi();
    const { passed, of } = await run();
    expect([passed, of('sync').sentence]).toEqual([5, 'Synced, nothing stored yet.']);
  });

  it('names a missing table', async () => {
    api = await startEdgeApi();
    await api.sql(`drop table ${TABLE}`);
    expect((await run()).of('reach')).toMatchObject({ state: 'wrong', cause: 'missing table' });
  });

  it('names a stale schema cache, with the statement that helps', async () => {
    const database = await createTestDatabase('empty');
    api = await startEdgeApi({ database, settings: { PGRST_DB_CHANNEL_ENABLED: 'false' } });
    await migrate(database.url, TABLE);
    expect((await run()).of('reach')).toMatchObject({
      cause: 'stale schema cache',
      sentence: expect.stringContaining("`notify pgrst, 'reload schema'`"),
    });
  });

  it('names a missing grant, and prints the GRANT', async () => {
    api = await startEdgeApi();
    await api.sql(`revoke select on public.${TABLE} from service_role`);
    const { of } = await run();
    const grant = new RegExp(`grant select on public\\.${TABLE} to service_role;`, 'i');
    expect(of('reach')).toMatchObject({ cause: 'missing grant', remedy: expect.stringMatching(grant) });
    expect(
      of('schema')
        .evidence.filter(({ ok }) => ok === false)
        .map(({ label }) => label),
    ).toEqual(['Grants']);
    const [statement = ''] = of('schema').statements;
    expect(of('reach').statements).toEqual([statement]);
    await api.sql(statement);
    expect((await run()).passed).toBe(5);
  });

  it('names row level security that hides rows', async () => {
    const database = await createTestDatabase();
    const role = `crm_outsider_${crypto.randomUUID().slice(0, 8)}`;
    await database.sql(`create role ${role} in role service_role; grant ${role} to authenticator`);
    try {
      api = await startEdgeApi({ database, serviceRole: role });
      const { of } = await run();
      expect(of('reach')).toMatchObject({
        cause: 'row level security',
        sentence: expect.stringContaining('bypassrls'),
      });
      expect(
        of('schema')
          .evidence.filter(({ ok }) => ok === false)
          .map(({ label }) => label),
      ).toContain('Row level security');
    } finally {
      await database.sql(`drop role ${role}`);
    }
  });

  it('names PostgREST that is away: the key is still accepted, and no more is claimed', async () => {
    api = await startEdgeApi();
    await api.project.postgrest.kill();
    const { passed, of } = await run();
    expect([passed, of('auth').state, of('reach').cause]).toEqual([1, 'passed', 'database away']);
  });

  const answers =
    (status: number, text: string, type = 'text/html') =>
    (response: ServerResponse) => {
      response.writeHead(status, { 'content-type': type, 'access-control-allow-origin': '*' }).end(text);
    };
  it.each<[string, (response: ServerResponse) => void, string, string]>([
    [
      'a paused project, as the function is told it',
      answers(540, '<html>Project paused</html>'),
      'edge',
      'paused project',
    ],
    [
      'a paused project, as a browser is told it',
      answers(540, '<html>Project paused</html>'),
      'project',
      'paused project',
    ],
    [
      'a refused key of the project',
      answers(401, '{"message":"Invalid API key"}', 'application/json'),
      'edge',
      'database refuses the API',
    ],
    [
      'a function that checks sign-ins itself',
      answers(401, '{"code":401,"message":"Missing authorization header"}', 'application/json'),
      'project',
      'gateway wants a key',
    ],
    [
      'a function that is not deployed',
      answers(404, '{"code":"NOT_FOUND"}', 'application/json'),
      'project',
      'not at this address',
    ],
  ])('names %s', async (_, answer, at, cause) => {
    api = await startEdgeApi();
    api.project.gateway.answerInstead(answer);
    const edge = `http://127.0.0.1:${api.edge.port}/make-server-3cbf86a5`;
    expect((await run(at === 'edge' ? edge : api.url)).of('reach')).toMatchObject({ state: 'wrong', cause });
  });
});
