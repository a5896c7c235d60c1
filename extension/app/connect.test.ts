import { beforeEach, describe, expect, it } from 'vitest';
import { encodeConnectionCode } from '../../shared/contract/connection-code.ts';
import type { TestApi } from '../../tests/rig/api.ts';
import { fakeBrowser } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';
import { activeConnection, type Connection, connections } from '../platform/browser/storage.ts';
import { readCredential } from '../platform/connection/credentials.ts';
import { createConnect } from './connect.ts';

let api: TestApi;
let proxy: FaultyProxy;
let made: Connection[];
let form: ReturnType<typeof createConnect>;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(() => {
  fakeBrowser.reset();
  proxy.requests.length = 0;
  made = [];
  form = createConnect({ onConnected: (connection) => made.push(connection) });
});

const code = (key = api.adminKey, url = proxy.url) => encodeConnectionCode({ url, key });
const jwt = (claims: object) =>
  ['{}', JSON.stringify(claims), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const stored = async () => [await fakeBrowser.storage.local.get(), await fakeBrowser.storage.session.get()];

/** One field has a sentence that contains `sentence`, and nothing was stored. */
async function expectRefused(field: string, sentence: string | RegExp): Promise<void> {
  expect(form.errors.value).toEqual({ [field]: expect.stringMatching(sentence) });
  expect([made, form.busy.value, await stored()]).toEqual([[], false, [{}, {}]]);
}

describe('a connection code', () => {
  it('connects in one paste', async () => {
    await form.connectWithCode(code(), false);
    expect(form.errors.value).toEqual({});
    const [connection] = made;
    expect(connection).toMatchObject({ url: proxy.url, name: `Local :${new URL(proxy.url).port}` });
    expect(await connections.getValue()).toEqual([connection]);
    expect(await activeConnection.getValue()).toBe(connection?.id);
    expect(await readCredential(connection?.id ?? '')).toEqual({ kind: 'key', key: api.adminKey });
    // The list of connections is no place for a key.
    expect(JSON.stringify(await connections.getValue())).not.toContain(api.adminKey);
  });

  it.each([
    ['a space before and behind', (text: string) => ` ${text} `],
    ['a line break at its end', (text: string) => `${text}\r\n`],
    ['a line break of the terminal in it', (text: string) => `${text.slice(0, 40)}\n${text.slice(40)}`],
  ])('may come with %s', async (_, bend) => {
    await form.connectWithCode(bend(code()), false);
    expect([form.errors.value, made.length]).toEqual([{}, 1]);
  });

  it.each([
    ['nothing', '  ', 'Paste the connection code here'],
    ['a part of one', 'vs1_eyJ1cmwiOiJodHRwOi8v', 'This code is not whole'],
    ['an address', 'https://crm.example.com', 'This is an address, not a connection code'],
    ['another word', 'kQ3vJ8Vd2uM1xF9sZb7L', 'It begins with vs1_'],
    ['a secret key', 'sb_secret_of_the_tests', 'belongs on a server only'],
    ['a legacy service key', jwt({ role: 'service_role' }), 'belongs on a server only'],
    ['a public key', 'sb_publishable_of_the_tests', 'opens nothing here'],
    ['the address of a database', 'postgresql://u:p@db.example.com/crm', 'with its password'],
    [
      'one with a secret key in it',
      code('sb_secret_of_the_tests', 'https://crm.example.com'),
      'belongs on a server only',
    ],
    ['one that leads over http through the network', code('k'.repeat(20), 'http://crm.example.com'), 'Use https://'],
  ])('that is %s is refused with the reason, and nothing is sent', async (_, typed, sentence) => {
    await form.connectWithCode(typed, true);
    await expectRefused('code', sentence);
    expect(proxy.requests).toEqual([]);
  });

  it('of an API that does not run, or whose key was changed, says so', async () => {
    proxy.set('refuse');
    await form.connectWithCode(code(), true);
    await expectRefused('code', 'Nobody answers');
    proxy.set('pass');
    await form.connectWithCode(code('a-key-of-yesterday'), true);
    await expectRefused('code', 'does not know this key');
  });
});

describe('an address and a key', () => {
  it('connect, whatever the address is called', async () => {
    const { port } = new URL(proxy.url);
    await form.connectWithKey(` 127.0.0.1:${port}/ `, ` ${api.viewerKey}\n`, true);
    expect([form.errors.value, made[0]?.url]).toEqual([{}, proxy.url]);
  });

  it.each([
    ['', 'key-of-the-tests', 'address', 'Enter the address'],
    ['http://crm.example.com', 'key-of-the-tests', 'address', 'Use https://'],
    ['https://crm.example.com', '', 'key', 'Enter the key'],
    ['https://crm.example.com', 'two words', 'key', 'no spaces'],
    ['https://crm.example.com', 'key\u200bwith-something-unseen', 'key', 'no spaces or special characters'],
    ['https://crm.example.com', 'ключ', 'key', 'no spaces or special characters'],
    ['https://crm.example.com', 'sb_secret_of_the_tests', 'key', 'belongs on a server only'],
  ])('%j and %j are refused at the field that is wrong', async (address, key, field, sentence) => {
    await form.connectWithKey(address, key, true);
    await expectRefused(field, sentence);
  });

  it.each([
    ['a page', 'html', 'address', 'something else than our API'],
    ['another API', { status: 404, json: { message: 'Not here' } }, 'address', 'not our API'],
    ['nobody', 'refuse', 'address', 'Nobody answers'],
    ['an older version', { rewrite: (body: object) => ({ ...body, version: '0.0.1' }) }, 'address', 'version 0.0.1'],
  ] as const)('say what is at the address instead: %s', async (_, mode, field, sentence) => {
    proxy.set(mode);
    await form.connectWithKey(proxy.url, api.adminKey, true);
    await expectRefused(field, sentence);
    expect(proxy.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it('say that the key is wrong, or that the API is too old to be asked', async () => {
    await form.connectWithKey(proxy.url, 'another-key-altogether', true);
    await expectRefused('key', 'does not know this key');
    const error = { code: 'not_found', message: 'Nothing is here.', requestId: 'r1' };
    proxy.set({ status: 404, json: { success: false, error } }, ({ path }) => path === '/session');
    await form.connectWithKey(proxy.url, api.adminKey, true);
    await expectRefused('form', 'The API is older than this extension');
  });
});

describe('connecting', () => {
  it.each([true, false])('keeps the sign-in for good only where the user chose so (%s)', async (stay) => {
    await form.connectWithCode(code(), stay);
    const [kept, inMemory] = (await stored()).map((area) => JSON.stringify(area).includes(api.adminKey));
    expect([kept, inMemory]).toEqual([stay, true]);
  });

  it('again to what is known keeps its id and its name', async () => {
    await form.connectWithCode(code(), true);
    await connections.setValue((await connections.getValue()).map((one) => ({ ...one, name: 'Live' })));
    await form.connectWithKey(proxy.url, api.viewerKey, false);
    expect(made[1]).toMatchObject({ id: made[0]?.id, name: 'Live' });
    expect(await connections.getValue()).toEqual([made[1]]);
    expect(await readCredential(made[0]?.id ?? '')).toEqual({ kind: 'key', key: api.viewerKey });
    await form.connectWithCode(code(api.adminKey, api.url), true);
    expect((await connections.getValue()).map(({ url }) => url)).toEqual([proxy.url, api.url]);
  });

  it('is one attempt, however often the button is pressed', async () => {
    await Promise.all([1, 2, 3].map(() => form.connectWithCode(code(), true)));
    expect(made).toHaveLength(1);
  });
});
