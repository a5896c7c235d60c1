import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startApi, type TestApi } from '../../../tests/rig/api.ts';
import { createTestDatabase } from '../../../tests/rig/database.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';
import { createProjectKeys, startGateway } from '../../../tests/rig/supabase-gateway.ts';
import { discover } from './discovery.ts';

const FUNCTION = '/functions/v1/make-server-3cbf86a5';

let api: TestApi;
let proxy: FaultyProxy;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(() => {
  proxy.requests.length = 0;
});

const paths = () => proxy.requests.map(({ path }) => path);

describe('the API is found', () => {
  it('at its own address, with the ways to sign in there', async () => {
    expect(await discover(proxy.url)).toEqual({ url: proxy.url, auth: { methods: ['key'] } });
    expect(paths()).toEqual(['/health']);
    expect(proxy.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('as the function of a Supabase project, given only the address of the project', async () => {
    const upstream = () => ({ host: '127.0.0.1', port: Number(new URL(api.url).port) });
    const gateway = await startGateway(await createProjectKeys(), { '/functions/v1': upstream });
    onTestFinished(() => gateway.close());
    const url = gateway.url + FUNCTION;
    expect(await discover(gateway.url)).toEqual({ url, auth: { methods: ['key'] } });
    expect(await discover(url)).toMatchObject({ url });
  });
});

describe('what is at the address instead is said:', () => {
  it('nobody', async () => {
    proxy.set('refuse');
    await expect(discover(proxy.url)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(new Set(paths())).toEqual(new Set(['/health', `${FUNCTION}/health`]));
  });

  it('a page', async () => {
    proxy.set('html');
    await expect(discover(proxy.url)).rejects.toMatchObject({ kind: 'foreign' });
    expect(paths()).toEqual(['/health', `${FUNCTION}/health`]);
  });

  it('an API of somebody else', async () => {
    proxy.set({ status: 404, json: { message: 'no Route matched with those values' } });
    await expect(discover(proxy.url)).rejects.toMatchObject({
      kind: 'foreign',
      message: expect.stringContaining('not our API'),
    });
  });

  it('our API, but not at this path', async () => {
    await expect(discover(`${proxy.url}/connect`)).rejects.toMatchObject({
      kind: 'foreign',
      message: expect.stringContaining('Check the address'),
    });
    expect(paths()).toEqual(['/connect/health']);
  });

  it.each(['0.0.9', '0.0.99', '0'])('our API in the older version %s', async (version) => {
    proxy.set({ rewrite: (body) => ({ ...body, version }) });
    await expect(discover(proxy.url)).rejects.toMatchObject({
      kind: 'outdated',
      message: `The API is version ${version}; this extension needs 0.1.0 or newer. Update the API, then connect again.`,
    });
  });

  it('our API from before it told how to sign in', async () => {
    proxy.set({ rewrite: ({ auth: _, ...body }) => body });
    await expect(discover(proxy.url)).rejects.toMatchObject({ kind: 'outdated' });
  });

  it.each(['0.1.0', '0.1.1', '0.2', '1.0.0-beta.1'])('but %s is not too old', async (version) => {
    proxy.set({ rewrite: (body) => ({ ...body, version }) });
    expect(await discover(proxy.url)).toMatchObject({ url: proxy.url });
  });

  it('our API without its database', async () => {
    const alone = await startApi();
    onTestFinished(() => alone.close());
    const outside = await createTestDatabase('empty');
    onTestFinished(() => outside.drop());
    const name = new URL(alone.database.url).pathname.slice(1);
    await outside.sql(`alter database ${name} allow_connections false`);
    await outside.sql('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    await expect(discover(alone.url)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'database_unavailable',
      message: expect.stringMatching(/runs, but it cannot work: The database does not answer/),
    });
  });

  it('our API on a database without our functions', async () => {
    const bare = await startApi();
    onTestFinished(() => bare.close());
    await bare.sql('drop function crm_check_health(jsonb)');
    await expect(discover(bare.url)).rejects.toMatchObject({
      code: 'schema_missing',
      message: expect.stringContaining('npm run migrate'),
    });
  });
});
