import { Failure } from '../api/failure.ts';
import { type Connection, type Credential, keptCredential, sessionCredential } from '../browser/storage.ts';

/** A token this close to its end is renewed first: it would expire on the way. */
const MARGIN_SECONDS = 60;

/** Access tokens are for the session only; the next one is had for the refresh token. */
const withoutAccess = (credential: Credential): Credential =>
  credential.kind === 'key' ? credential : { ...credential, accessToken: '', expiresAt: 0 };

/** Keeps a sign-in until the browser ends, or for good where the user chose so. */
export async function saveCredential(id: string, credential: Credential, stay: boolean): Promise<void> {
  await Promise.all([
    sessionCredential(id).setValue(credential),
    stay ? keptCredential(id).setValue(withoutAccess(credential)) : keptCredential(id).removeValue(),
  ]);
}

/** The sign-in of a connection, or null when the user has to sign in. */
export async function readCredential(id: string): Promise<Credential | null> {
  return (await sessionCredential(id).getValue()) ?? (await keptCredential(id).getValue());
}

/** Takes a sign-in away, also one that was to stay. */
export async function forgetCredential(id: string): Promise<void> {
  await Promise.all([sessionCredential(id).removeValue(), keptCredential(id).removeValue()]);
}

const isFresh = (credential: Credential) =>
  credential.kind === 'key' || credential.expiresAt - Date.now() / 1000 > MARGIN_SECONDS;

const signedOut = () => new Failure('signed_out', 'You are signed out of this CRM. Connect again.');

const bearer = (credential: Credential) => (credential.kind === 'key' ? credential.key : credential.accessToken);

/**
 * The token to send now. A session near its end is renewed, once for all open views and the worker: they share the lock.
 * @param justRead the sign-in, where the caller has read it just now
 * @throws Failure signed_out when there is none or it cannot be renewed
 */
export async function currentToken({ id, supabase }: Connection, justRead: Credential | null = null): Promise<string> {
  const known = justRead ?? (await readCredential(id));
  if (known && isFresh(known)) return bearer(known);
  return renewed({ id, ...(supabase && { supabase }) }, isFresh);
}

/**
 * Renews a session that was refused although its time is not over. Keys cannot be renewed and stay as they are.
 * @throws Failure signed_out when the project does not renew it
 */
export async function renewCredential({ id, supabase }: Connection): Promise<void> {
  const refused = await readCredential(id);
  // Whoever waited for the lock finds what another view has renewed.
  const isOther = (credential: Credential) => refused !== null && bearer(credential) !== bearer(refused);
  await renewed({ id, ...(supabase && { supabase }) }, isOther);
}

function renewed(
  { id, supabase }: Pick<Connection, 'id' | 'supabase'>,
  isUsable: (credential: Credential) => boolean,
): Promise<string> {
  return navigator.locks.request(`credential:${id}`, async () => {
    const credential = await readCredential(id);
    if (!credential) throw signedOut();
    if (credential.kind === 'key' || isUsable(credential)) return bearer(credential);
    if (!supabase) throw new Failure('signed_out', 'Your sign-in has ended. Sign in again.');
    const { refreshSession } = await import('./supabase-auth.ts');
    const next = await refreshSession(supabase, credential);
    // Who signed out meanwhile must not be signed in by it again.
    if (!(await readCredential(id))) throw signedOut();
    await saveCredential(id, next, (await keptCredential(id).getValue()) !== null);
    return bearer(next);
  });
}
