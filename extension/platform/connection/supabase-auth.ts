import { AuthClient } from '@supabase/supabase-js';
import { TIMEOUT_MS } from '../api/api.ts';
import { Failure } from '../api/failure.ts';
import type { Credential } from '../browser/storage.ts';

/** A project's own sign-in: its address and public key, as /health tells them. */
export interface Project {
  url: string;
  publishableKey: string;
}

type Session = Extract<Credential, { kind: 'session' }>;

/**
 * One try of one operation. The library's own storage is off: sign-ins are kept where all others are. So are its repetitions:
 * it would ask a project that is away for half a minute, and wait for a silent one without end.
 */
function tryOnce<T>(project: Project, work: (client: InstanceType<typeof AuthClient>) => Promise<T>): Promise<T> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const end = new AbortController();
  const giveUp = (kind: 'timeout' | 'unreachable') => {
    end.abort();
    reject(new Failure(kind, away(project)));
  };
  AbortSignal.timeout(TIMEOUT_MS).addEventListener('abort', () => giveUp('timeout'), { once: true });
  const client = new AuthClient({
    url: `${project.url}/auth/v1`,
    headers: { apikey: project.publishableKey },
    persistSession: false,
    autoRefreshToken: false,
    detectSessionInUrl: false,
    async fetch(input, init) {
      try {
        const response = await fetch(input, { ...init, signal: end.signal });
        if (response.status >= 500) giveUp('unreachable');
        return response;
      } catch (error) {
        giveUp('unreachable');
        throw error;
      }
    },
  });
  return Promise.race([work(client), failed]);
}

const away = ({ url }: Project) =>
  `Supabase Auth at ${new URL(url).host} does not answer. A free project may be paused: open it in the dashboard.`;

interface AuthFailure {
  name: string;
  code?: string | undefined;
  status?: number | undefined;
  message: string;
}

function explain({ name, code, status, message }: AuthFailure, project: Project): Failure {
  if (code === 'invalid_credentials') {
    return new Failure('signed_out', 'Email or password is wrong. Check both; the project says no more.');
  }
  if (code === 'email_not_confirmed') {
    return new Failure(
      'signed_out',
      'This email is not confirmed yet. Follow the link that Supabase sent, then sign in.',
    );
  }
  if (status === 429) return new Failure('unreachable', 'Too many sign-ins just now. Wait a minute, then try again.');
  if (name === 'AuthRetryableFetchError') return new Failure('unreachable', away(project));
  return new Failure('signed_out', `Supabase refused the sign-in: ${message}`);
}

/** By this computer's clock, right or wrong: it is the one that the end is compared with. */
function asCredential(session: { access_token: string; refresh_token: string; expires_in: number }): Session {
  return {
    kind: 'session',
    accessToken: session.access_token,
    refreshToken: session.refresh_token,
    expiresAt: Math.floor(Date.now() / 1000) + session.expires_in,
  };
}

/** @throws Failure that says what to do */
export async function signIn(project: Project, email: string, password: string): Promise<Session> {
  const { data, error } = await tryOnce(project, (client) => client.signInWithPassword({ email, password }));
  if (error) throw explain(error, project);
  return asCredential(data.session);
}

/**
 * Exchanges the refresh token; the old session ends with it.
 * @throws Failure signed_out when the project does not know the session any more
 */
export async function refreshSession(project: Project, session: Session): Promise<Session> {
  const { data, error } = await tryOnce(project, (client) =>
    client.refreshSession({ refresh_token: session.refreshToken }),
  );
  if (error) {
    const failure = explain(error, project);
    throw failure.kind === 'signed_out'
      ? new Failure('signed_out', 'Your sign-in has ended. Sign in again; what you were writing is kept.', {
          cause: error,
        })
      : failure;
  }
  if (!data.session) throw new Failure('signed_out', 'Your sign-in has ended. Sign in again.');
  return asCredential(data.session);
}

/** Ends the session at the project too, so that a copy of it is worth nothing. A project out of reach is left alone. */
export async function signOut(project: Project, session: Session): Promise<void> {
  await tryOnce(project, (client) => client.admin.signOut(session.accessToken, 'local')).catch(() => undefined);
}
