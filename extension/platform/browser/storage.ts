import { storage } from 'wxt/utils/storage';
import type { AuthMethods } from '../../../shared/contract/health.ts';

/**
 * Every key that the extension ever stores, and the only door to extension storage. `local` survives the browser, `session` is
 * memory that ends with it. No record of the CRM belongs in either: settings, sign-ins, ids and what the user is typing.
 */

/** A CRM the user has connected to; holds no secret. */
export interface Connection {
  id: string;
  name: string;
  /** Of the API, without a slash at the end. */
  url: string;
  /** The user's own email, where they signed in with one. */
  account?: string;
  supabase?: NonNullable<AuthMethods['supabase']>;
}

export type Credential =
  | { kind: 'key'; key: string }
  | {
      kind: 'session';
      accessToken: string;
      refreshToken: string;
      /** Seconds since 1970. */
      expiresAt: number;
    };

/** Where the user was. Search texts are left out: they are often somebody's name. */
export interface Place {
  tab: string;
  lead: string | null;
  user: string | null;
  order: string | null;
  leadFilter: Readonly<Record<string, string>>;
  accountStatus: string;
  orderStatus: string;
}

/**
 * What the user has put into a note, without the stored note around it: that one is the CRM's. `kept…` count the UTF-16 code
 * units of the stored note that stand before and after it, `startedFrom` is the version of the lead they were counted on.
 */
export interface Draft {
  inserted: string;
  keptBefore: number;
  keptAfter: number;
  startedFrom: string | null;
}

/** A text that was typed into another one than stands there now. */
export interface LeftText {
  /** Of the field, like `address.city`. */
  path: string;
  text: string;
}

/** What the user has put into a form, and nothing of what stood there before. */
export interface FormDraft {
  /** By path. */
  texts: Record<string, Draft>;
  /** For each line of an order, which of the stored order's it is; null is a new one. Counted on the version `startedFrom`. */
  lines: (number | null)[];
  startedFrom: string | null;
  left: readonly LeftText[];
  /** Of users, and what makes the ids of a new order's attempts. */
  ids: Record<string, string>;
}

/** What the toolbar badge was last counted from. */
export interface Watch {
  /** Of GET /changes. */
  cursor: string;
  newLeads: number;
}

/** What the last check of this browser session found wrong, without a word of any record. */
export interface DriftFound {
  summary: string;
  /** In milliseconds since 1970. */
  at: number;
  /** Who found it: the worker sees no screen, so it cannot say that what a view has found is gone. */
  by: 'view' | 'worker';
}

export const connections = storage.defineItem<Connection[]>('local:connections', { fallback: [] });
/** Changes the list as it is by now: of two views that write at once, neither undoes what the other did. */
export const changeConnections = (change: (known: Connection[]) => Connection[]): Promise<void> =>
  navigator.locks.request('connections', async () => connections.setValue(change(await connections.getValue())));
export const activeConnection = storage.defineItem<string | null>('local:activeConnection', { fallback: null });
export const notifyOfLeads = storage.defineItem<boolean>('local:notifyOfLeads', { fallback: false });

// One key a connection: the popup, the side panel and the worker write at the same time, and none may undo another's write.
/** For users who chose to stay signed in. */
export const keptCredential = (id: string) =>
  storage.defineItem<Credential | null>(`local:credential:${id}`, { fallback: null });
export const sessionCredential = (id: string) =>
  storage.defineItem<Credential | null>(`session:credential:${id}`, { fallback: null });
/** Id of the newest lead that the user had before them. */
export const lastLook = (id: string) => storage.defineItem<string | null>(`local:lastLook:${id}`, { fallback: null });
export const place = (id: string) => storage.defineItem<Place | null>(`session:place:${id}`, { fallback: null });
export const draft = (id: string, lead: string) =>
  storage.defineItem<Draft | null>(`session:draft:${id}:${lead}`, { fallback: null });
/** Of a form on one record, or for a new one. */
export const formDraft = (id: string, form: string) =>
  storage.defineItem<FormDraft | null>(`session:draft:${id}:form:${form}`, { fallback: null });
export const driftFound = (id: string) =>
  storage.defineItem<DriftFound | null>(`session:drift:${id}`, { fallback: null });
/** When the worker last asked for the report, in milliseconds since 1970. */
export const reportAsked = (id: string) => storage.defineItem<number>(`session:reportAsked:${id}`, { fallback: 0 });
export const watch = (id: string) => storage.defineItem<Watch | null>(`session:watch:${id}`, { fallback: null });

/** What a view opens with. */
export interface Opening {
  known: Connection[];
  /** The connection to open, its sign-in and where the user was; null when there is none. */
  chosen: { connection: Connection; credential: Credential | null; left: Place | null } | null;
}

/**
 * Reads at once what a view opens with: each question to the storage is a round trip that the user waits for.
 * @param id of the connection to open; without it the one that was open last
 */
export async function readOpening(id?: string): Promise<Opening> {
  const [local, session] = await Promise.all([storage.snapshot('local'), storage.snapshot('session')]);
  const stored = <Value>({ key, fallback }: { key: string; fallback: Value }): Value => {
    const [area, ...name] = key.split(':');
    return ((area === 'local' ? local : session)[name.join(':')] as Value) ?? fallback;
  };
  const known = stored(connections);
  const wanted = id ?? stored(activeConnection);
  const connection = known.find((one) => one.id === wanted);
  if (!connection) return { known, chosen: null };
  const credential = stored(sessionCredential(connection.id)) ?? stored(keptCredential(connection.id));
  return { known, chosen: { connection, credential, left: stored(place(connection.id)) } };
}

/** Takes away all that belongs to one connection, notes and forms that are still being written among it. */
export async function forgetConnection(id: string): Promise<void> {
  await changeConnections((known) => known.filter((connection) => connection.id !== id));
  const drafts = Object.keys(await storage.snapshot('session')).filter((key) => key.startsWith(`draft:${id}:`));
  await Promise.all([
    keptCredential(id).removeValue(),
    sessionCredential(id).removeValue(),
    lastLook(id).removeValue(),
    place(id).removeValue(),
    watch(id).removeValue(),
    driftFound(id).removeValue(),
    reportAsked(id).removeValue(),
    ...drafts.map((key) => storage.removeItem(`session:${key}`)),
  ]);
}
