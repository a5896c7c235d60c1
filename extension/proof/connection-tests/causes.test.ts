import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { healthReply } from '../../../shared/contract/health.ts';
import { startCuttingProxy } from '../../../tests/faults/cutting-proxy.ts';
import { startApi, type TestApi } from '../../../tests/rig/api.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { createApi } from '../../platform/api/api.ts';
import { asFailure, Failure } from '../../platform/api/failure.ts';
import { listenTo } from '../../platform/connection/probe.ts';
import { causeOf } from './causes.ts';

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
beforeEach(() => proxy.set('pass'));
afterEach(() => vi.unstubAllGlobals());

/** What a real request to this address comes to, asked as the test of reach asks. */
async function faultAt(url: string, timeoutMs = 2_000) {
  const ask = createApi({ url, token: async () => null, timeoutMs });
  const failure = await ask('GET', '/health', healthReply).then(() => expect.fail('It answered.'), asFailure);
  const echo = failure.kind === 'unreachable' ? await listenTo(url, new AbortController().signal) : null;
  return { failure, url, echo };
}
const causeAt = async (url: string, timeoutMs?: number) => causeOf(await faultAt(url, timeoutMs));

it('nobody listens at a port of this computer', async () => {
  const gone = await startFaultyProxy(api.url);
  await gone.close();
  const { cause, sentence, remedy } = await causeAt(gone.url);
  expect([cause, sentence, remedy]).toEqual([
    'nobody on this computer',
    expect.stringContaining(new URL(gone.url).host),
    expect.stringContaining('`npm start`'),
  ]);
});

it('a mistake of the extension is not taken for another version of the API', () => {
  const known = causeOf({ failure: asFailure(new TypeError('x is undefined')), url: api.url });
  expect(known).toEqual({
    cause: 'fault of the extension',
    sentence: 'The extension itself failed at this: TypeError: x is undefined',
    remedy: expect.stringMatching(/^Reload the extension/),
  });
});

it.each(['close', 'reset'] as const)('a connection is cut before an answer, by a %s', async (ending) => {
  const cut = await startCuttingProxy(api.url, { ending, requestBytes: 0, replyBytes: 0 });
  expect((await causeAt(cut.url)).cause).toBe('nobody on this computer');
  await cut.close();
});

it.each(['close', 'reset'] as const)('an answer is cut in its middle, by a %s', async (ending) => {
  // The head of the answer is longer than this; the body is what is cut.
  const whole = await (await fetch(`${api.url}/health`)).text();
  const cut = await startCuttingProxy(api.url, { ending, replyBytes: whole.length + 250 });
  expect(await causeAt(cut.url)).toMatchObject({ cause: 'cut', sentence: expect.stringContaining('before the end') });
  await cut.close();
});

it('a server takes the connection and is silent, or only its database is', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((done) => silent.once('listening', done));
  const url = `http://127.0.0.1:${(silent.address() as { port: number }).port}`;
  const fault = await faultAt(url, 200);
  expect(causeOf(fault)).toMatchObject({ cause: 'silent', sentence: expect.stringContaining('within 0.2 seconds') });
  expect(causeOf({ ...fault, isApiAlive: true })).toMatchObject({ cause: 'silent database' });
  silent.close();
});

it('this computer is offline', async () => {
  // Stands in for a browser that knows it.
  vi.stubGlobal('navigator', { onLine: false });
  expect(await causeAt(proxy.url)).toMatchObject({
    cause: 'offline',
    sentence: expect.stringContaining('nothing was sent'),
  });
});

it('the answer is another address', async () => {
  proxy.set({ status: 302, headers: { location: 'https://login.example/' } });
  expect(await causeAt(proxy.url)).toMatchObject({
    cause: 'redirect',
    sentence: expect.stringContaining('your key must not travel'),
  });
});

it('http answers where https was asked on this computer', async () => {
  const url = proxy.url.replace('http:', 'https:');
  expect(await causeAt(url)).toMatchObject({ cause: 'wrong scheme', remedy: expect.stringContaining(proxy.url) });
});

it.each<[string, Parameters<FaultyProxy['set']>[0], string]>([
  ['the page of a network', 'html', 'web page'],
  ['the page of a gateway whose API is away', { status: 502, json: 'Bad gateway' }, 'API away'],
  ['a 503 of a load balancer', { status: 503, json: { message: 'no healthy upstream' } }, 'API away'],
  ['a paused project', { status: 540, json: { message: 'paused' } }, 'paused project'],
  [
    'a function that is not there',
    { status: 404, json: { message: 'Requested function was not found' } },
    'not at this address',
  ],
  [
    'a gateway with a sign-in of its own',
    { status: 401, json: { code: 401, message: 'Missing authorization header' } },
    'gateway wants a key',
  ],
  ['JSON of somebody else', { status: 200, json: { hello: 'world' } }, 'not our API'],
  ['an answer of another version', { rewrite: (body) => ({ ...body, version: 7 }) }, 'another version'],
])('somebody else answers: %s', async (_, mode, cause) => {
  proxy.set(mode);
  expect((await causeAt(proxy.url)).cause).toBe(cause);
});

it.each([
  [{ code: 'rate_limited', retryAfter: 7 }, 'too many requests', '7 seconds'],
  [{ code: 'internal' }, 'failure of the API', 'r1'],
  [{ code: 'forbidden' }, 'not let in', 'npm run admin'],
] as const)('the API itself says %o', async (error, cause, remedy) => {
  proxy.set({ status: 500, json: { success: false, error: { message: 'No.', requestId: 'r1', ...error } } });
  expect(await causeAt(proxy.url)).toMatchObject({ cause, remedy: expect.stringContaining(remedy) });
});

it('a host of the internet is not told to start the API here', () => {
  const failure = new Failure('unreachable', 'No.');
  const url = 'https://crm.example.com';
  const away = { answers: false, isReadable: false, redirects: false, otherScheme: false };
  expect(causeOf({ failure, url, echo: away })).toMatchObject({
    cause: 'nobody',
    remedy: expect.stringContaining(`${url}/health`),
  });
  expect(causeOf({ failure, url, echo: { ...away, answers: true } })).toMatchObject({ cause: 'CORS' });
  const project = 'https://abcdefghijklmnopqrst.supabase.co/functions/v1/make-server-3cbf86a5';
  expect(causeOf({ failure, url: project, echo: { ...away, answers: true } })).toMatchObject({
    cause: 'hidden by Supabase',
    sentence: expect.stringContaining('paused'),
  });
});

it('a request failed, and the next is answered', async () => {
  proxy.set('refuse');
  const failed = await faultAt(proxy.url);
  proxy.set('pass');
  const echo = await listenTo(proxy.url, new AbortController().signal);
  expect(causeOf({ ...failed, echo }).cause).toBe('unsteady');
  expect(causeOf({ ...failed, echo, hasKey: true }).cause).toBe('preflight');
});

it('what nobody has named yet keeps its own sentence', () => {
  const failure = new Failure('rejected', 'The request was odd.', { code: 'invalid_request' });
  expect(causeOf({ failure, url: proxy.url })).toMatchObject({ cause: 'other', sentence: 'The request was odd.' });
});
