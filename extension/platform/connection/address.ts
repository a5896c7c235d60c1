import { isLoopback as isThisMachine } from '../../../shared/contract/loopback.ts';
import { Failure } from '../api/failure.ts';

/** Where the function of a Supabase project answers. */
const FUNCTION_PATH = '/functions/v1/make-server-3cbf86a5';
// Those that a content security policy can name: the browser would let the extension reach no other.
const LOOPBACK = /^(localhost|127\.0\.0\.1)$/;

/** Whether an address is one of this computer itself. */
export const isLoopback = (url: string): boolean => LOOPBACK.test(new URL(url).hostname);

const wrong = (message: string) => new Failure('foreign', message);

/**
 * Reads an address as people type it.
 * @returns scheme, host and path, without a slash at the end
 * @throws Failure with a sentence when it is none, or one where a key would travel unencrypted
 */
export function readAddress(typed: string): string {
  const text = typed.trim();
  if (text === '') throw wrong('Enter the address of your API, like https://crm.example.com.');
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const full = hasScheme ? text : `https://${text}`;
  if (!URL.canParse(full)) throw wrong('This is no address. Use one like https://crm.example.com.');
  const url = !hasScheme && LOOPBACK.test(new URL(full).hostname) ? new URL(`http://${text}`) : new URL(full);
  if (/^postgres(ql)?:$/.test(url.protocol)) {
    throw wrong('This is the address of the database. The extension talks to the API: use its https:// address.');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw wrong('Use an address that begins with https://.');
  if (url.username || url.password) throw wrong('Leave name and password out of the address.');
  if (isThisMachine(url.hostname) && !LOOPBACK.test(url.hostname)) {
    throw wrong('For this machine use 127.0.0.1 or localhost: browsers let an extension reach no other name of it.');
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw wrong('Use https://: over http:// everybody on the way could read your key and your leads.');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Where the API may be, given what the user calls its address: there, or as the function of a Supabase project. */
export function apiCandidates(address: string): string[] {
  return new URL(address).pathname === '/' ? [address, address + FUNCTION_PATH] : [address];
}

const legacyRole = (token: string): unknown => {
  try {
    return JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))).role;
  } catch {
    return undefined;
  }
};

/** Why a text must not be used as a key here, or null. A browser is no place for a key that opens the whole project. */
export function refusedKey(typed: string): string | null {
  const text = typed.trim();
  if (/^sb_secret_/.test(text) || legacyRole(text) === 'service_role') {
    return 'This is the secret key of a Supabase project: it opens everything in it and belongs on a server only. Use a connection code, or sign in with your email.';
  }
  if (/^sb_publishable_/.test(text) || legacyRole(text) === 'anon') {
    return 'This is the public key of a Supabase project: it opens nothing here. Sign in with your email instead.';
  }
  if (/^postgres(ql)?:/.test(text)) {
    return 'This is the address of the database with its password. Use a connection code instead.';
  }
  return null;
}
