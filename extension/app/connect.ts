import { batch, signal } from '@preact/signals';
import { decodeConnectionCode } from '../../shared/contract/connection-code.ts';
import { createApi } from '../platform/api/api.ts';
import { createCrm } from '../platform/api/crm.ts';
import { asFailure } from '../platform/api/failure.ts';
import {
  activeConnection,
  type Connection,
  type Credential,
  changeConnections,
  connections,
} from '../platform/browser/storage.ts';
import { readAddress, refusedKey } from '../platform/connection/address.ts';
import { saveCredential } from '../platform/connection/credentials.ts';
import { type Discovered, discover } from '../platform/connection/discovery.ts';

export type ConnectField = 'code' | 'address' | 'key' | 'email' | 'password' | 'form';

class Wrong extends Error {
  readonly field: ConnectField;
  constructor(field: ConnectField, message: string) {
    super(message);
    this.field = field;
  }
}

/** Tells apart what somebody pasted instead of a connection code. */
function explainCode(code: string): string {
  const text = code.trim();
  if (text === '') return 'Paste the connection code here. It begins with vs1_.';
  const refused = refusedKey(text);
  if (refused) return refused;
  if (/^https?:\/\//i.test(text)) {
    return 'This is an address, not a connection code. Use “Use an address and a key” below, or paste the code that begins with vs1_.';
  }
  if (text.startsWith('vs1_')) return 'This code is not whole. Copy it again, to its very end.';
  return 'This is no connection code. It begins with vs1_ and stands in the terminal of `npm start` and on the page /connect.';
}

const nameOf = (url: string) => {
  const { hostname, port } = new URL(url);
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return isHere ? (port === '8787' ? 'Local' : `Local :${port}`) : hostname.replace(/\.supabase\.(co|in)$/, '');
};

/** The form that connects to a CRM, and what is wrong with what was entered. */
export function createConnect({ onConnected }: { onConnected: (connection: Connection) => void }) {
  /** The host that the user has been told the password goes to. */
  let confirmed: string | null = null;
  const busy = signal(false);
  const errors = signal<Partial<Record<ConnectField, string>>>({});

  async function keep(found: Discovered, credential: Credential, stay: boolean, account?: string): Promise<void> {
    const known = (await connections.getValue()).find(
      ({ url, account: earlier }) => url === found.url && earlier === account,
    );
    const connection: Connection = {
      id: known?.id ?? crypto.randomUUID(),
      name: known?.name ?? nameOf(found.url),
      url: found.url,
      ...(account !== undefined && { account }),
      ...(found.auth.supabase && { supabase: found.auth.supabase }),
    };
    const token = credential.kind === 'key' ? credential.key : credential.accessToken;
    try {
      await createCrm(createApi({ url: found.url, token: async () => token })).session();
    } catch (error) {
      const failure = asFailure(error);
      const field = credential.kind === 'key' ? 'key' : 'email';
      if (failure.code === 'unauthorized')
        throw new Wrong(field, credential.kind === 'key' ? WRONG_KEY : failure.message);
      if (failure.code === 'not_found')
        throw new Wrong('form', 'The API is older than this extension. Update the API, then connect again.');
      throw new Wrong(failure.code === 'forbidden' ? field : 'form', failure.message);
    }
    await saveCredential(connection.id, credential, stay);
    await changeConnections((all) => [...all.filter(({ id }) => id !== connection.id), connection]);
    await activeConnection.setValue(connection.id);
    onConnected(connection);
  }

  async function find(address: string, field: ConnectField): Promise<Discovered> {
    try {
      return await discover(readAddress(address));
    } catch (error) {
      throw new Wrong(field, asFailure(error).message);
    }
  }

  /** /health names where people sign in, and anybody may write a /health: the password goes to a foreign host only on purpose. */
  function confirmHost(signInUrl: string, apiUrl: string): void {
    const { host, hostname, protocol } = new URL(readSafely(signInUrl));
    if (hostname === new URL(apiUrl).hostname || confirmed === host) return;
    confirmed = host;
    throw new Wrong(
      'form',
      `Your password would go to ${protocol}//${host}, where this API lets people sign in. If that is your project, press Sign in again.`,
    );
  }

  function readSafely(signInUrl: string): string {
    try {
      return readAddress(signInUrl);
    } catch (error) {
      throw new Wrong('address', `This API names a sign-in that cannot be used. ${asFailure(error).message}`);
    }
  }

  /** Runs one attempt; what is wrong stands beside its field afterwards, and what was typed stays. */
  async function attempt(work: () => Promise<void>, place: (field: ConnectField) => ConnectField = (field) => field) {
    if (busy.value) return;
    batch(() => {
      busy.value = true;
      errors.value = {};
    });
    try {
      await work();
    } catch (error) {
      const field = error instanceof Wrong ? error.field : 'form';
      errors.value = { [place(field)]: error instanceof Wrong ? error.message : asFailure(error).message };
    } finally {
      busy.value = false;
    }
  }

  async function withKey(address: string, typed: string, stay: boolean): Promise<void> {
    const key = typed.trim();
    const refused = refusedKey(key);
    if (refused) throw new Wrong('key', refused);
    if (key === '') throw new Wrong('key', 'Enter the key that the API was given, or made at its first start.');
    // Whatever else is no letter, digit or sign of ASCII came along unseen, and no request could carry it.
    if (!/^[\x21-\x7e]+$/.test(key))
      throw new Wrong('key', 'A key has no spaces or special characters. Copy it again.');
    await keep(await find(address, 'address'), { kind: 'key', key }, stay);
  }

  return {
    busy,
    errors,
    connectWithCode: (code: string, stay: boolean) =>
      attempt(
        async () => {
          const read = decodeConnectionCode(code);
          if (!read) throw new Wrong('code', explainCode(code));
          await withKey(read.url, read.key, stay);
        },
        () => 'code',
      ),
    connectWithKey: (address: string, key: string, stay: boolean) => attempt(() => withKey(address, key, stay)),
    connectToSupabase: (address: string, email: string, password: string, stay: boolean) =>
      attempt(async () => {
        if (email.trim() === '') throw new Wrong('email', 'Enter the email of your account in the project.');
        if (password === '') throw new Wrong('password', 'Enter your password.');
        const found = await find(address, 'address');
        if (!found.auth.supabase) {
          throw new Wrong(
            'address',
            'This API has no sign-in with email. Use its connection code, or an address and a key.',
          );
        }
        const account = email.trim();
        confirmHost(found.auth.supabase.url, found.url);
        // Only who signs in with an account loads what that takes.
        const { signIn } = await import('../platform/connection/supabase-auth.ts');
        const credential = await signIn(found.auth.supabase, account, password).catch((error) => {
          const failure = asFailure(error);
          throw new Wrong(failure.kind === 'signed_out' ? 'password' : 'form', failure.message);
        });
        await keep(found, credential, stay, account);
      }),
  };
}

const WRONG_KEY = 'The API does not know this key. It may have been changed: copy the connection code again.';
