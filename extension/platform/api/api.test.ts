import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { sessionReply } from '../../../shared/contract/health.ts';
import { captureLead } from '../../../tests/contract/operations.ts';
import { startApi, type TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { type Api, createApi, TIMEOUT_MS } from './api.ts';
import { createCrm } from './crm.ts';
import type { Failure } from './failure.ts';

let backend: TestApi;
let proxy: FaultyProxy;
let api: Api;
beforeAll(async () => {
  backend = await startApi();
  proxy = await startFaultyProxy(backend.url);
  api = createApi({ url: proxy.url, token: async () => backend.adminKey });
});
afterAll(async () => {
  await proxy.close();
  await backend.close();
});
beforeEach(() => {
  proxy.set('pass');
  proxy.requests.length = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const session = (options = {}) => api('GET', '/session', sessionReply, options);
const failureOf = (request: Promise<unknown>): Promise<Failure> =>
  request.then(
    () => expect.fail('The request succeeded.'),
    (error) => error,
  );
const refusal = (code: string, more: object = {}) => ({
  success: false,
  error: { code, message: 'Not now.', requestId: 'r1', ...more },
});

describe('a request', () => {
  it('carries the token of the moment and gives the checked reply', async () => {
    expect(await session()).toEqual({ success: true, role: 'admin', actor: 'key:admin' });
    expect(proxy.requests).toMatchObject([{ headers: { authorization: `Bearer ${backend.adminKey}` } }]);
    const nobody = createApi({ url: proxy.url, token: async () => null });
    expect(await failureOf(nobody('GET', '/session', sessionReply))).toMatchObject({ code: 'unauthorized' });
    expect(proxy.requests.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it('leaves empty parts of a query out and keeps every character of the others', async () => {
    const q = 'a&b=c #1 + 100% é';
    await createCrm(api).listLeads({ q, status: '', limit: 5 });
    const sent = new URL(proxy.requests[0]?.path ?? '', proxy.url).searchParams;
    expect(Object.fromEntries(sent)).toEqual({ q, limit: '5' });
  });

  it('says in quotes which version of a row it changes, and a change of another version is refused', async () => {
    const crm = createCrm(api);
    const { id, updatedAt } = await crm.getLead(await captureLead(backend));
    expect(await crm.updateLead(id, { name: 'Ann' }, updatedAt)).toMatchObject({ name: 'Ann' });
    expect(proxy.requests.at(-1)?.headers['if-match']).toBe(`"${updatedAt}"`);
    expect(await failureOf(crm.updateLead(id, { name: 'Bob' }, updatedAt))).toMatchObject({ code: 'conflict' });
    await crm.updateLead(id, { name: 'Bob' });
    expect(proxy.requests.at(-1)?.headers).not.toHaveProperty('if-match');
  });

  it('keeps an id from becoming another path', async () => {
    expect(await failureOf(createCrm(api).getLead('../session?x#y'))).toMatchObject({ code: 'invalid_request' });
    expect(proxy.requests.map(({ path }) => path)).toEqual(['/leads/..%2Fsession%3Fx%23y']);
  });
});

describe('a failed request says what happened:', () => {
  it('nobody answers', async () => {
    proxy.set('refuse');
    expect(await failureOf(session())).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining(new URL(proxy.url).host),
      isAway: true,
    });
  });

  it('this computer has no network', async () => {
    // Stands in for a browser that knows it.
    vi.stubGlobal('navigator', { onLine: false });
    proxy.set('refuse');
    expect(await failureOf(session())).toMatchObject({ kind: 'offline', message: 'This computer is offline.' });
  });

  it('a page of somebody else came back', async () => {
    proxy.set('html');
    expect(await failureOf(session())).toMatchObject({ kind: 'foreign', message: expect.stringContaining('HTTP 200') });
  });

  it.each([
    ['of a gateway', 404, { message: 'no Route matched with those values' }],
    ['that is nothing', 200, null],
    ['that is a list', 200, [{ success: true }]],
    ['that is a text', 502, 'success'],
  ])('JSON came back %s', async (_, status, json) => {
    // The rig writes {} for null.
    proxy.set(json === null ? { rewrite: () => null } : { status, json });
    expect(await failureOf(session())).toMatchObject({ kind: 'foreign', code: undefined });
  });

  it('our API answered, but not at this address; a record that is gone is another thing', async () => {
    const elsewhere = createApi({ url: `${proxy.url}/functions/v1/other`, token: async () => backend.adminKey });
    expect(await failureOf(createCrm(elsewhere).getLead('lead_1_a'))).toMatchObject({
      kind: 'foreign',
      code: undefined,
      message: expect.stringContaining('not at this path'),
    });
    expect(await failureOf(createCrm(api).getLead('lead_1_a'))).toMatchObject({ kind: 'rejected', code: 'not_found' });
  });

  it('the API refused, with the fields that were wrong', async () => {
    expect(await failureOf(createCrm(api).listLeads({ status: 'old', from: 'soon' }))).toMatchObject({
      kind: 'rejected',
      code: 'invalid_request',
      requestId: expect.stringMatching(/./),
      fields: { status: expect.any(String), from: expect.any(String) },
      isAway: false,
      endsSession: false,
    });
  });

  it('the API refused for a while', async () => {
    proxy.set({ status: 429, json: refusal('rate_limited', { retryAfter: 7 }) });
    expect(await failureOf(session())).toMatchObject({ kind: 'rejected', code: 'rate_limited', retryAfter: 7 });
  });

  it.each([
    ['a reply', { rewrite: (body: object) => ({ ...body, role: 'owner' }) }],
    ['a code', { status: 418, json: refusal('teapot') }],
  ])('the API speaks another version: %s', async (_, mode) => {
    proxy.set(mode);
    expect(await failureOf(session())).toMatchObject({ kind: 'outdated', message: expect.stringContaining('Update') });
  });

  it('nobody answered in time', async () => {
    const inTime = AbortSignal.timeout.bind(AbortSignal);
    // Stands in for waiting twenty seconds.
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => inTime(1));
    proxy.set({ slow: 60_000 });
    expect(await failureOf(session())).toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('within 20 seconds'),
    });
    expect(timeout).toHaveBeenCalledWith(TIMEOUT_MS);
  });
});

it('a slow answer is waited for', async () => {
  proxy.set({ slow: 300 });
  expect(await session()).toMatchObject({ role: 'admin' });
});

describe('a caller who gives up', () => {
  it('gets their own reason back, no failure', async () => {
    proxy.set({ slow: 60_000 });
    const controller = new AbortController();
    const request = failureOf(session({ signal: controller.signal }));
    await eventually(() => expect(proxy.requests).toHaveLength(1));
    controller.abort(new Error('The view was closed.'));
    expect(await request).toMatchObject({ message: 'The view was closed.' });
  });

  it('before the token is there sends nothing', async () => {
    const controller = new AbortController();
    const slow = createApi({
      url: proxy.url,
      token: async () => {
        controller.abort();
        return backend.adminKey;
      },
    });
    const error = await failureOf(slow('GET', '/session', sessionReply, { signal: controller.signal }));
    expect(error).toMatchObject({ name: 'AbortError' });
    expect(proxy.requests).toEqual([]);
  });
});

describe('a token', () => {
  it('does not travel on when somebody answers with another address', async () => {
    const elsewhere = await startFaultyProxy(backend.url);
    for (const status of [301, 302, 303, 307, 308]) {
      proxy.set({ status, headers: { location: `${elsewhere.url}/session` } });
      expect(await failureOf(session())).toMatchObject({ kind: 'unreachable' });
    }
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  it('is in no message, whatever goes wrong', async () => {
    const key = 'a-key-that-nobody-may-read';
    const { host } = new URL(proxy.url);
    const broken = createApi({ url: proxy.url, token: async () => key });
    for (const mode of [
      'pass',
      'refuse',
      'html',
      { status: 404, json: { key } },
      { rewrite: () => ({ success: key }) },
    ] as const) {
      proxy.set(mode);
      const { message } = await failureOf(broken('PATCH', '/leads/x', z.never(), { body: { notes: key } }));
      expect(message, host).not.toContain(key);
    }
  });
});
