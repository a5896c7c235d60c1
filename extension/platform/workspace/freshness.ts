import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Change } from '../../../shared/contract/changes.ts';
import type { Session } from '../../../shared/contract/health.ts';
import { ENTITIES } from '../../../shared/contract/record-key.ts';
import { isChangeOf } from '../../../shared/proof/has-changed.ts';
import { sessionCredential } from '../browser/storage.ts';
import { isOlder, type Live } from './live.ts';

interface Followed {
  connection: { id: string };
  live: Pick<Live, 'backend' | 'subscribe'>;
  session: ReadonlySignal<Session | null>;
}

/** A change to any record; the row that Test Connection writes is none. */
export const isOfRecord = (change: Change): boolean => ENTITIES.some((entity) => isChangeOf(change, entity));

/**
 * How old a result is, and whether it may still be taken for now: not once the feed has told of a change that concerns it, the
 * backend went offline or came back, or another sign-in is used.
 */
export function createFreshness(concerns: (change: Change) => boolean) {
  const at = signal<number | null>(null);
  const isPast = signal(false);
  /** What the result knows of already. */
  let knownUpTo: string | null = null;

  function age(): void {
    if (at.peek() !== null) isPast.value = true;
  }

  /** Ages the result when what `read` gives becomes another; the first of all is no change. */
  const onOther = (read: () => string | null) => {
    let last: string | null = null;
    return effect(() => {
      const next = read();
      if (last !== null && next !== null && next !== last) age();
      last = next ?? last;
    });
  };

  return {
    /** When the result was made, in milliseconds since 1970; null without one. */
    at,
    isPast,
    /** A result is there. @param upTo cursor of the last change that it knows of; null when that is not known */
    mark(upTo: string | null): void {
      knownUpTo = upTo;
      isPast.value = false;
      at.value = Date.now();
    },
    clear(): void {
      at.value = null;
      isPast.value = false;
    },
    /** Listens from now on, until the signal ends it. */
    follow({ connection, live, session }: Followed, signal: AbortSignal): void {
      if (signal.aborted) return;
      const isNews = (change: Change) => concerns(change) && (knownUpTo === null || isOlder(knownUpTo, change.cursor));
      live.subscribe((changes) => changes.some(isNews) && age(), age, signal);
      const stops = [
        onOther(() => (live.backend.value.state === 'connecting' ? null : live.backend.value.state)),
        onOther(() => session.value && `${session.value.actor} ${session.value.role}`),
        // A session that is renewed stays the same sign-in.
        sessionCredential(connection.id).watch((now, before) => {
          if (now?.kind !== 'session' || before?.kind !== 'session') age();
        }),
      ];
      signal.addEventListener('abort', () => {
        for (const stop of stops) stop();
      });
    },
  };
}
export type Freshness = ReturnType<typeof createFreshness>;
