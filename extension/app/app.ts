import { batch, signal } from '@preact/signals';
import { createApi } from '../platform/api/api.ts';
import { createCrm } from '../platform/api/crm.ts';
import { asFailure, type Failure } from '../platform/api/failure.ts';
import { showBadge } from '../platform/browser/badge.ts';
import {
  activeConnection,
  type Connection,
  changeConnections,
  connections,
  forgetConnection,
  type Opening,
  readOpening,
} from '../platform/browser/storage.ts';
import type { Surface } from '../platform/browser/surfaces.ts';
import { currentToken, forgetCredential, readCredential, renewCredential } from '../platform/connection/credentials.ts';
import { createToasts } from '../platform/workspace/toasts.ts';
import { type OpenConnection, openConnection } from './open-connection.ts';
import { createSettings } from './settings.ts';

/** What the whole app shows: nothing yet, the form that connects, or one open connection. */
export type Phase = 'starting' | 'connect' | 'open';

/** A sign-in that is refused again so soon is not tried once more. */
const REFUSALS_APART_MS = 60_000;

/** The app of every surface. The worker, the popup and the side panel each have their own; they meet in storage only. */
export function createApp(surface: Surface) {
  const phase = signal<Phase>('starting');
  const known = signal<readonly Connection[]>([]);
  const workspace = signal<OpenConnection | null>(null);
  /** Why the form that connects is shown, when it was not the user's wish. */
  const reason = signal<string | null>(null);
  const toasts = createToasts();
  let lifetime = new AbortController().signal;
  let running = new AbortController();
  let lastRefusal = 0;

  function close(): void {
    running.abort();
    toasts.clear();
    workspace.value = null;
  }

  function open(chosen: NonNullable<Opening['chosen']>): void {
    const { connection } = chosen;
    close();
    running = new AbortController();
    const next = openConnection({
      ...chosen,
      toasts,
      // A late answer to an earlier sign-in says nothing about this one.
      onSignedOut: (failure) => workspace.value === next && void onSignedOut(connection, failure),
    });
    batch(() => {
      workspace.value = next;
      phase.value = 'open';
      reason.value = null;
    });
    void next.start(AbortSignal.any([lifetime, running.signal]));
  }

  function showConnect(why: string | null = null): void {
    close();
    void showBadge(null);
    batch(() => {
      reason.value = why;
      phase.value = 'connect';
    });
  }

  /** Whether what is stored now is accepted: another view may have signed in anew, or this computer's clock be wrong. */
  async function isAccepted(connection: Connection): Promise<boolean> {
    try {
      await renewCredential(connection);
      await createCrm(createApi({ url: connection.url, token: () => currentToken(connection) })).session();
      return true;
    } catch (error) {
      return !asFailure(error).endsSession;
    }
  }

  /** The notes being written are left in storage: they are there again after the next sign-in. */
  async function onSignedOut(connection: Connection, failure: Failure): Promise<void> {
    close();
    phase.value = 'starting';
    const isFirst = Date.now() - lastRefusal > REFUSALS_APART_MS;
    lastRefusal = Date.now();
    if (isFirst && (await isAccepted(connection))) return enter(connection.id);
    await forgetCredential(connection.id);
    showConnect(`${connection.name}: ${failure.message}`);
  }

  async function refreshKnown(): Promise<void> {
    known.value = await connections.getValue();
  }

  /** Opens a connection, or the one of last time, unless it is open. */
  async function enter(id?: string): Promise<void> {
    const { known: list, chosen } = await readOpening(id);
    known.value = list;
    if (!chosen) return showConnect();
    const { connection, credential } = chosen;
    if (workspace.value?.connection.id === connection.id) return;
    if (credential) return open(chosen);
    showConnect(`You are signed out of ${connection.name}. Connect again; its name and your notes are kept.`);
  }

  async function switchTo(id: string): Promise<void> {
    await activeConnection.setValue(id);
    await enter(id);
  }

  return {
    phase,
    known,
    workspace,
    reason,
    toasts,
    settings: createSettings(surface, toasts),
    /** Shows a connection that has just been made. */
    connected: ({ id }: Connection) => enter(id),
    showConnect,
    switchTo,
    async rename(id: string, name: string): Promise<void> {
      await changeConnections((all) => all.map((one) => (one.id === id ? { ...one, name } : one)));
      await refreshKnown();
    },
    /** Ends the sign-in; the connection and its name stay in the list. */
    async signOut(connection: Connection): Promise<void> {
      const credential = await readCredential(connection.id);
      await forgetCredential(connection.id);
      if (workspace.value?.connection.id === connection.id) showConnect();
      if (credential?.kind !== 'session' || !connection.supabase) return;
      const { signOut } = await import('../platform/connection/supabase-auth.ts');
      await signOut(connection.supabase, credential);
    },
    /** Takes the connection and all that is kept for it away, unsaved notes too. */
    async remove(connection: Connection): Promise<void> {
      const left = this.signOut(connection);
      await forgetConnection(connection.id);
      await refreshKnown();
      await left;
    },
    async start(signal: AbortSignal): Promise<void> {
      lifetime = signal;
      const unwatch = connections.watch(() => void refreshKnown());
      signal.addEventListener('abort', unwatch);
      // Connected in another view: this one need not ask again.
      const follow = activeConnection.watch((id) => {
        if (phase.value === 'connect' && id !== null) void enter(id);
      });
      signal.addEventListener('abort', follow);
      await enter();
    },
  };
}
export type App = ReturnType<typeof createApp>;
