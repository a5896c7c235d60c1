import { computed, signal } from '@preact/signals';
import { createApi } from '../../platform/api/api.ts';
import { asFailure, type Failure, type FailureKind } from '../../platform/api/failure.ts';
import { createSyncApi } from '../../platform/api/sync-api.ts';
import type { Connection } from '../../platform/browser/storage.ts';
import { currentToken } from '../../platform/connection/credentials.ts';
import { listenTo } from '../../platform/connection/probe.ts';
import { createFreshness, isOfRecord } from '../../platform/workspace/freshness.ts';
import type { Live } from '../../platform/workspace/live.ts';
import {
  type Doors,
  type Evidence,
  isPassed,
  type Outcome,
  testAuth,
  testReach,
  testSchema,
  testSync,
  testWrite,
} from './five-tests.ts';
import { causeOf } from './known-causes.ts';

/** A dead backend is told within five seconds, the questions afterwards included. */
const REACH_MS = 4_000;

/** `unchecked` has its reason in the sentence; it counts as no success. */
export type TestState = 'running' | 'passed' | 'failed' | 'unchecked';

export interface TestResult {
  id: string;
  title: string;
  state: TestState;
  /** How long it took; null while it runs and where nothing was compared. */
  ms: number | null;
  sentence: string;
  remedy: string | null;
  evidence: readonly Evidence[];
  /** Of a known cause, by which it is told from others. */
  cause: string | null;
  /** For a report: code and id of the refused request. */
  print: string | null;
}

const TESTS = [
  { id: 'reach', title: 'Reach', run: testReach },
  { id: 'auth', title: 'Sign-in', run: testAuth },
  { id: 'schema', title: 'Schema', run: testSchema },
  { id: 'write', title: 'Write', run: testWrite },
  { id: 'sync', title: 'Sync', run: testSync },
] as const;
type Test = (typeof TESTS)[number];

/** A wrong key that is almost right: one character of the own one is another. Of a token, one of its signature. */
export function bend(token: string): string {
  const at = Math.max(0, token.length - 10);
  return token.slice(0, at) + (token[at] === 'a' ? 'b' : 'a') + token.slice(at + 1);
}

/** These say nothing about whether the next question gets an answer. */
const ANSWERED: readonly FailureKind[] = ['rejected', 'outdated', 'contradictory', 'signed_out', 'fault'];
/** Nothing came back that one could read, so whatever else was asked tells no more. */
const isUnread = ({ kind }: Failure) => !ANSWERED.includes(kind);

/** Test Connection: five questions to the API, asked at once, each with what it found. Nothing is kept. */
export function createConnectionTests({ connection, live }: { connection: Connection; live: Pick<Live, 'watch'> }) {
  const freshness = createFreshness(isOfRecord);
  const results = signal<readonly TestResult[]>([]);
  const { url } = connection;
  const token = () => currentToken(connection);
  let current = new AbortController();

  function show(test: Test, found: Partial<TestResult>): void {
    results.value = results.value.map((result) => (result.id === test.id ? { ...result, ...found } : result));
  }

  async function explain(failure: Failure, known: { hasKey: boolean; isApiAlive: boolean }, signal: AbortSignal) {
    const echo = failure.kind === 'unreachable' ? await listenTo(url, signal) : null;
    return causeOf({ failure, url, echo, ...known });
  }

  async function run(ended: AbortSignal): Promise<void> {
    current.abort();
    current = new AbortController();
    const { signal: runSignal } = current;
    const signal = AbortSignal.any([ended, runSignal]);
    /** Ends what waits for an API that is known to be away. */
    const away = new AbortController();
    let isApiAlive = false;
    let upTo: string | null = null;
    freshness.clear();

    const quick = { url, timeoutMs: REACH_MS };
    const sync = createSyncApi(createApi({ url, token }));
    const doors: Doors = {
      mine: createApi({ ...quick, token }),
      nobodys: createApi({ ...quick, token: async () => null }),
      wrong: createApi({ ...quick, token: async () => bend(await token()) }),
      sync: {
        ...sync,
        async report(signal) {
          const report = await sync.report(signal);
          upTo = report.changesCursor;
          return report;
        },
      },
      signal: AbortSignal.any([signal, away.signal]),
    };
    results.value = TESTS.map(({ id, title }) => ({
      ...{ id, title, state: 'running' as const, ms: null, sentence: '', remedy: null, evidence: [] },
      ...{ cause: null, print: null },
    }));

    async function attempt(test: Test): Promise<Partial<Outcome>> {
      try {
        // The header and the toolbar follow from what is found here, not only from their own next look.
        const work = () => test.run(doors);
        const outcome = await (test.id === 'reach' ? live.watch(work) : work());
        if (test.id === 'auth') isApiAlive = true;
        return outcome;
      } catch (error) {
        signal.throwIfAborted();
        return { failure: asFailure(error) };
      }
    }

    let reached: Promise<Failure | null> = Promise.resolve(null);

    async function report(test: Test): Promise<Failure | null> {
      const start = performance.now();
      const { failure = null, evidence = [], ...outcome } = await attempt(test);
      const ms = Math.round(performance.now() - start);
      const before = failure && test.id !== 'reach' ? await reached : null;
      if (!failure) {
        show(test, { ...outcome, evidence, ms, state: isPassed({ evidence }) ? 'passed' : 'failed' });
      } else if (before && isUnread(before) && isUnread(failure)) {
        show(test, { state: 'unchecked', sentence: 'See Reach.' });
      } else if (failure.code === 'forbidden' && test.id !== 'auth') {
        show(test, { state: 'unchecked', sentence: 'Needs the role admin.' });
      } else {
        const known = await explain(failure, { hasKey: test.id !== 'reach', isApiAlive }, signal);
        const print = [failure.code, failure.requestId].filter(Boolean).join(' · ') || null;
        show(test, { ...known, evidence, ms, print, state: 'failed' });
      }
      return failure;
    }

    const [reach, ...others] = TESTS;
    reached = report(reach).then((failure) => {
      if (failure && isUnread(failure)) away.abort(failure);
      return failure;
    });
    try {
      await Promise.all([reached, ...others.map(report)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (signal.aborted) return;
    printGrants();
    freshness.mark(upTo);
  }

  /** What is missing stands in the catalogue, and the test of the schema may have read it. */
  function printGrants(): void {
    const grants = results.value.find(({ id }) => id === 'schema')?.remedy?.match(/.*\bgrant .*/i)?.[0];
    if (!grants) return;
    results.value = results.value.map((result) =>
      result.cause === 'missing grant' ? { ...result, remedy: grants } : result,
    );
  }

  return {
    /** In their order; empty until they are run. */
    results,
    freshness,
    isRunning: computed(() => results.value.some(({ state }) => state === 'running')),
    passed: computed(() => results.value.filter(({ state }) => state === 'passed').length),
    count: TESTS.length,
    /** Runs all five anew. @param ended of the view that shows them */
    run,
  };
}
export type ConnectionTests = ReturnType<typeof createConnectionTests>;
