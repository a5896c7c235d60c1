import { computed, signal } from '@preact/signals';
import { SCHEMA_CHECKS, type SchemaReply } from '../../../shared/contract/diagnostics.ts';
import { healthReply, sessionReply } from '../../../shared/contract/health.ts';
import { ENTITIES } from '../../../shared/contract/record-key.ts';
import { isDrift, recordsIn, type SyncReport } from '../../../shared/contract/sync-report.ts';
import { digestHex, rowDigest } from '../../../shared/proof/digest.ts';
import { type Api, createApi } from '../../platform/api/api.ts';
import { asFailure, type Failure, type FailureKind } from '../../platform/api/failure.ts';
import { createSyncApi, type SyncApi } from '../../platform/api/sync-api.ts';
import type { Connection } from '../../platform/browser/storage.ts';
import { currentToken } from '../../platform/connection/credentials.ts';
import { listenTo } from '../../platform/connection/probe.ts';
import { createFreshness, isOfRecord } from '../../platform/workspace/freshness.ts';
import type { Live } from '../../platform/workspace/live.ts';
import { countOf, formatNumber } from '../../ui/content/number-format.ts';
import { entityWords } from '../check/findings.ts';
import type { Evidence, State } from '../step.ts';
import { causeOf } from './causes.ts';

/** A dead backend is told within five seconds, the questions afterwards included. */
const REACH_MS = 4_000;
const SHOWN_KEYS = 3;

/** What a test saw. It has passed when nothing of its evidence is otherwise than it must be. */
interface Outcome {
  sentence: string;
  evidence: Evidence[];
  /** What to do, and the SQL that stands in it; null when it passed. */
  remedy?: string | null;
  statements?: readonly string[];
  /** The refusal that it came to, which has a cause of its own. */
  failure?: Failure;
}

export interface TestResult extends Omit<Required<Outcome>, 'failure'> {
  id: string;
  title: string;
  /** `unchecked` has its reason in the sentence; it counts as no success. */
  state: Extract<State, 'running' | 'passed' | 'wrong' | 'unchecked'>;
  /** How long it took; null while it runs and where nothing was compared. */
  ms: number | null;
  /** Of a failed request: why, by which it is told from others, and its code and id for a report. */
  cause: string | null;
  print: string | null;
}

/** Requests to one API: as this user, as nobody, and as somebody with a wrong key. */
interface Doors {
  mine: Api;
  nobodys: Api;
  wrong: Api;
  sync: SyncApi;
  signal: AbortSignal;
}

const isPassed = (evidence: readonly Evidence[]) => evidence.every(({ ok }) => ok !== false);
const told = (label: string, found: string): Evidence => ({ label, found, ok: null });
const inMs = (ms: number) => `${formatNumber(Math.round(ms))} ms`;
const short = (digest = '') => `${digest.slice(0, 12)}…`;

/** Is the API there, and does its database answer a query made now? */
async function testReach({ nobodys, signal }: Doors): Promise<Outcome> {
  const start = performance.now();
  const { version, database } = await nobodys('GET', '/health', healthReply, { signal });
  const latency = performance.now() - start;
  return {
    sentence: 'The API answers, and its database answered a query.',
    evidence: [
      told('API', `version ${version}`),
      { label: 'Database', found: database.engine, ok: database.ok },
      told('Table', database.table),
      ...(database.projectRef ? [told('Supabase project', database.projectRef)] : []),
      told('Round trip', inMs(latency)),
    ],
  };
}

/**
 * Is your key taken, and no other? A door that lets everybody in lets you in too.
 * @throws Failure when one of the three questions was not answered by the API
 */
async function testAuth({ mine, nobodys, wrong, signal }: Doors): Promise<Outcome> {
  async function ask(api: Api) {
    try {
      const { actor, role } = await api('GET', '/session', sessionReply, { signal });
      return { found: `accepted as ${actor}, ${role}`, failure: null, isRefused: false };
    } catch (error) {
      signal.throwIfAborted();
      const failure = asFailure(error);
      if (failure.code !== 'unauthorized' && failure.code !== 'forbidden') throw failure;
      const isRefused = failure.code === 'unauthorized';
      return { found: isRefused ? 'refused with 401' : failure.message, failure, isRefused };
    }
  }
  const [own, none, other] = await Promise.all([ask(mine), ask(nobodys), ask(wrong)]);
  const evidence = [
    { label: 'Your key or session', found: own.found, ok: own.failure === null },
    { label: 'None at all', found: none.found, ok: none.isRefused },
    { label: 'A wrong one', found: other.found, ok: other.isRefused },
  ];
  if (!none.isRefused || !other.isRefused) {
    const sentence = 'Somebody without a right key is let in: everybody could read your leads.';
    const remedy = 'Take the API off the network until it is clear why: something before it may add a key of its own.';
    return { sentence, evidence, remedy };
  }
  if (own.failure) return { sentence: own.failure.message, evidence, failure: own.failure };
  return { sentence: 'Your key is accepted; none and a wrong one are refused.', evidence };
}

/** The catalogue of Postgres against what the API needs. */
async function testSchema({ sync, signal }: Doors): Promise<Outcome> {
  const { version, expectedVersion, ok, checks }: SchemaReply = await sync.schema(signal);
  const evidence = SCHEMA_CHECKS.map((name) => {
    const check = checks.find((one) => one.name === name);
    const label = `${name[0]?.toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`;
    return { label, found: check?.found ?? 'not checked', ok: check?.ok ?? false };
  });
  if (isPassed(evidence) && version === expectedVersion && ok) {
    return { sentence: `All ${evidence.length} parts are as the API needs them.`, evidence };
  }
  const faults = evidence.filter((one) => !one.ok).map(({ label }) => label.toLowerCase());
  const remedies = checks.flatMap(({ remedy }) => remedy ?? []);
  return {
    sentence: `Not as the API needs it: ${faults.join(', ') || 'the version'}.`,
    evidence: faults.length > 0 ? evidence : [{ label: 'Verdict', found: 'The API says no.', ok: false }, ...evidence],
    remedy: [...new Set(remedies)].join(' ') || 'Run `npm run migrate` where the API is installed.',
    statements: [...new Set(checks.flatMap(({ statements }) => statements))],
  };
}

/** Writes a row that is no lead, reads it back, compares the text by our own hash and looks that it is gone. */
async function testWrite({ sync, signal }: Doors): Promise<Outcome> {
  const nonce = crypto.randomUUID();
  const { key, written, read, matches, gone, removedMs, leftovers } = await sync.canary(nonce, signal);
  const [hashed, hashedWritten] = await Promise.all(
    [read?.text ?? '', written.text].map(async (text) => digestHex(await rowDigest(key, text))),
  );
  const isOurs = read?.text.includes(nonce) === true && written.text.includes(nonce);
  const isEqual = read !== null && read.text === written.text;
  const isDigestRight = isEqual && hashed === read.digest && hashedWritten === written.digest;
  const evidence: Evidence[] = [
    told('Written', `${key}, transaction ${written.transactionId}, ${inMs(written.ms)}`),
    {
      label: 'Read back',
      found: read ? `${isEqual ? 'the same text' : 'another text'}, ${inMs(read.ms)}` : 'nothing came back',
      ok: isEqual && matches,
    },
    { label: 'Made just now', found: isOurs ? 'our own mark is in it' : 'our own mark is not in it', ok: isOurs },
    {
      label: 'Digest',
      found: isDigestRight
        ? `${short(written.digest)}, the same by Postgres twice and by this browser`
        : `Postgres ${short(written.digest)} and ${read ? short(read.digest) : 'none'}, this browser ${short(hashed)}`,
      ok: isDigestRight,
    },
    { label: 'Removed', found: gone ? `gone, ${inMs(removedMs)}` : 'it is still there', ok: gone },
    ...(leftovers > 0 ? [told('Left by earlier runs', `${leftovers}, removed`)] : []),
  ];
  if (isPassed(evidence)) return { sentence: 'A row was written, read back the same, and removed.', evidence };
  if (!read) {
    const sentence = 'A row was written, and reading it back gave nothing.';
    const remedy =
      'Reads may go to a replica that lags behind, or to another database: the API must read where it writes.';
    return { sentence, evidence, remedy };
  }
  if (isOurs && isEqual && isDigestRight && matches) {
    const sentence = 'The row that was written for this test could not be removed.';
    const remedy = `Remove the row ${key} in SQL, and look for what keeps it: a trigger or a rule on the table.`;
    return { sentence, evidence, remedy };
  }
  const remedy =
    'Something between here and Postgres changes answers or keeps old ones. Look for a proxy or a cache before the API, and for triggers on the table.';
  return { sentence: 'What was read back is not what was written just now.', evidence, remedy };
}

/** The report of `GET /sync`, of this very moment. */
async function testSync({ sync, signal }: Doors): Promise<Outcome> {
  const report: SyncReport = await sync.report(signal);
  const faults = report.findings.filter(isDrift);
  const isSynced = report.verdict === 'synced' && faults.length === 0;
  const evidence: Evidence[] = [
    told('In Postgres', inMs(report.durationMs)),
    ...ENTITIES.map((entity) => {
      const { rows, indexed } = report.counts[entity];
      return told(entityWords(entity), `${formatNumber(rows)} stored, ${formatNumber(indexed)} in the index`);
    }),
    ...report.findings.map((finding) => ({
      label: finding.code,
      found: [finding.message, ...finding.keys.slice(0, SHOWN_KEYS)].join(' '),
      ok: isDrift(finding) ? false : null,
    })),
    ...(isSynced || faults.length > 0 ? [] : [{ label: 'Verdict', found: report.verdict, ok: false }]),
  ];
  if (isSynced) {
    const rows = recordsIn(report);
    return {
      sentence: rows === 0 ? 'Synced, nothing stored yet.' : `Synced: ${countOf(rows, 'row')} compared.`,
      evidence,
    };
  }
  const named = faults.map(({ code, count }) => `${code} (${formatNumber(count)})`).join(', ');
  return {
    sentence: `Drift: ${named || 'the API says so'}.`,
    evidence,
    remedy: [...new Set(faults.map((fault) => fault.remedy))].join(' ') || 'Check Data Sync shows what it found.',
    statements: [...new Set(faults.flatMap(({ statements }) => statements))],
  };
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

  async function run(ended: AbortSignal): Promise<void> {
    current.abort();
    current = new AbortController();
    const signal = AbortSignal.any([ended, current.signal]);
    /** Ends what waits for an API that is known to be away. */
    const away = new AbortController();
    let isApiAlive = false;
    let upTo: string | null = null;
    /** What is missing stands in the catalogue, and the test of the schema may have read it. */
    let grants: readonly string[] = [];
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
        async schema(signal) {
          const reply = await sync.schema(signal);
          grants = reply.checks.find(({ name }) => name === 'grants')?.statements ?? [];
          return reply;
        },
      },
      signal: AbortSignal.any([signal, away.signal]),
    };
    const before = { ms: null, sentence: '', remedy: null, statements: [], evidence: [], cause: null, print: null };
    results.value = TESTS.map(({ id, title }) => ({ id, title, state: 'running', ...before }));

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
      const unreached = failure && test.id !== 'reach' ? await reached : null;
      if (!failure) {
        show(test, { ...outcome, evidence, ms, state: isPassed(evidence) ? 'passed' : 'wrong' });
      } else if (unreached && isUnread(unreached) && isUnread(failure)) {
        show(test, { state: 'unchecked', sentence: 'See Reach.' });
      } else if (failure.code === 'forbidden' && test.id !== 'auth') {
        show(test, { state: 'unchecked', sentence: 'Needs the role admin.' });
      } else {
        const echo = failure.kind === 'unreachable' ? await listenTo(url, signal) : null;
        const known = causeOf({ failure, url, echo, hasKey: test.id !== 'reach', isApiAlive });
        const print = [failure.code, failure.requestId].filter(Boolean).join(' · ') || null;
        show(test, { ...known, evidence, ms, print, state: 'wrong' });
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
    const isGranted = grants.length === 0;
    results.value = results.value.map((result) =>
      result.cause !== 'missing grant' || isGranted
        ? result
        : { ...result, remedy: `Run in SQL: ${grants.join(' ')}`, statements: grants },
    );
    freshness.mark(upTo);
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
