import { Failure } from './failure.ts';
import { type Connection, type Credential, keptCredential, sessionCredential } from './storage.ts';

/** A token this close to its end is renewed first: it would expire on the way. */
const MARGIN_SECONDS = 60;

/** Keeps a sign-in until the browser ends, or for good where the user chose so. */
export async function saveCredential(id: string, credential: Credential, stay: boolean): Promise<void> {
  await Promise.all([
    sessionCredential(id).setValue(credential),
    stay ? keptCredential(id).setValue(credential) : keptCredential(id).removeValue(),
  ]);
}

/** The sign-in of a connection, or null when the user has to sign in. */
export async function readCredential(id: string): Promise<Credential | null> {
  return (await sessionCredential(id).getValue()) ?? (await keptCredential(id).getValue());
}

export async function forgetCredential(id: string): Promise<void> {
  await Promise.all([sessionCredential(id).removeValue(), keptCredential(id).removeValue()]);
}

const isFresh = (credential: Credential) =>
  credential.kind === 'key' || credential.expiresAt - Date.now() / 1000 > MARGIN_SECONDS;

const signedOut = () => new Failure('signed_out', 'You are signed out of this CRM. Connect again.');

const bearer = (credential: Credential) => (credential.kind === 'key' ? credential.key : credential.accessToken);

/**
 * The token to send now. A session near its end is renewed, once for all open views and the worker: they share the lock.
 * @throws Failure signed_out when there is none or it cannot be renewed
 */
export async function currentToken({ id, supabase }: Connection): Promise<string> {
  const known = await readCredential(id);
  if (known && isFresh(known)) return bearer(known);
  return navigator.locks.request(`credential:${id}`, async () => {
    const credential = await readCredential(id);
    if (!credential) throw signedOut();
    if (isFresh(credential) || credential.kind === 'key') return bearer(credential);
    if (!supabase) throw new Failure('signed_out', 'Your sign-in has ended. Sign in again.');
    const { refreshSession } = await import('./supabase-auth.ts');
    const renewed = await refreshSession(supabase, credential);
    // Who signed out meanwhile must not be signed in by it again.
    if (!(await readCredential(id))) throw signedOut();
    await saveCredential(id, renewed, (await keptCredential(id).getValue()) !== null);
    return bearer(renewed);
  });
}
