import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';

const api = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
  response.end(JSON.stringify({ success: true, path: request.url }));
});

let proxy: FaultyProxy;
const ask = async (path: string) => (await fetch(proxy.url + path)).json();

beforeEach(async () => {
  await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
  proxy = await startFaultyProxy(`http://127.0.0.1:${(api.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.close();
  api.closeAllConnections();
  await new Promise((done) => api.close(done));
});

it('passes on at first, and notes what came', async () => {
  expect(await ask('/leads?limit=2')).toEqual({ success: true, path: '/leads?limit=2' });
  expect(proxy.requests).toMatchObject([{ method: 'GET', path: '/leads?limit=2' }]);
});

it('closes the connection', async () => {
  proxy.set('refuse');
  await expect(ask('/health')).rejects.toThrow('fetch failed');
});

it('answers instead of the API, readable for a page', async () => {
  proxy.set('html');
  const page = await fetch(`${proxy.url}/health`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
  proxy.set({ status: 401, json: { success: false } });
  const refused = await fetch(`${proxy.url}/health`);
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, '*']);
  expect(await refused.json()).toEqual({ success: false });
});

it('rewrites replies, of the requests that are meant', async () => {
  proxy.set({ rewrite: (body) => ({ ...body, more: 1 }) }, ({ path }) => path === '/leads');
  expect(await ask('/leads')).toEqual({ success: true, path: '/leads', more: 1 });
  expect(await ask('/health')).toEqual({ success: true, path: '/health' });
});

it('holds requests up', async () => {
  proxy.set({ slow: 60_000 });
  await expect(fetch(proxy.url, { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
  proxy.set({ slow: 1 });
  expect(await ask('/')).toMatchObject({ success: true });
});

it('looks refused when the API is away', async () => {
  api.closeAllConnections();
  api.close();
  await expect(ask('/health')).rejects.toThrow('fetch failed');
});
