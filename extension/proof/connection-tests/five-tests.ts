import { SCHEMA_CHECKS, type SchemaReply } from '../../../shared/contract/diagnostics.ts';
import { healthReply } from '../../../shared/contract/health.ts';
import { sessionReply } from '../../../shared/contract/session.ts';
import type { SyncReport } from '../../../shared/contract/sync-report.ts';
import { digestHex, rowDigest } from '../../../shared/proof/digest.ts';
import type { Api } from '../../platform/api/api.ts';
import { asFailure, type Failure } from '../../platform/api/failure.ts';
import type { SyncApi } from '../../platform/api/sync-api.ts';
import { countOf, formatNumber } from '../../ui/content/number-format.ts';

/** One thing that was looked at: what was found, and whether it is as it must be; null where it is only told. */
export interface Evidence {
  label: string;
  found: string;
  ok: boolean | null;
}

/** What a test saw. It has passed when nothing of its evidence is otherwise than it must be. */
export interface Outcome {
  sentence: string;
  evidence: Evidence[];
  /** What to do; null when it passed. */
  remedy: string | null;
  /** The refusal that it failed with, which has a name and a remedy of its own. */
  failure?: Failure;
}

/** Requests to one API: as this user, as nobody, and as somebody with a wrong key. */
export interface Doors {
  mine: Api;
  nobodys: Api;
  wrong: Api;
  sync: SyncApi;
  signal: AbortSignal;
}

export const isPassed = ({ evidence }: Pick<Outcome, 'evidence'>): boolean => evidence.every(({ ok }) => ok !== false);

/** Is the API there, and does its database answer a query made now? */
export async function testReach({ nobodys, signal }: Doors): Promise<Outcome> {
  const start = performance.now();
  const { version, database } = await nobodys('GET', '/health', healthReply, { signal });
  const latency = performance.now() - start;
  return {
    sentence: `The API answers, and its database answered a query.`,
    evidence: [
      { label: 'API', found: `version ${version}`, ok: null },
      { label: 'Database', found: database.engine, ok: database.ok },
      { label: 'Table', found: database.table, ok: null },
      ...(database.projectRef ? [{ label: 'Supabase project', found: database.projectRef, ok: null }] : []),
      { label: 'Round trip', found: inMs(latency), ok: null },
    ],
    remedy: null,
  };
}

type Answer = { session: { role: string; actor: string } } | { failure: Failure };

async function askWho(api: Api, signal: AbortSignal): Promise<Answer> {
  try {
    return { session: await api('GET', '/session', sessionReply, { signal }) };
  } catch (error) {
    signal.throwIfAborted();
    return { failure: asFailure(error) };
  }
}

const heard = (answer: Answer): string =>
  'session' in answer
    ? `accepted as ${answer.session.actor}, ${answer.session.role}`
    : answer.failure.code === 'unauthorized'
      ? 'refused with 401'
      : answer.failure.message;

const isRefused = (answer: Answer) => 'failure' in answer && answer.failure.code === 'unauthorized';

/**
 * Is your key taken, and no other? A door that lets everybody in lets you in too.
 * @throws Failure when one of the three questions was not answered by the API
 */
export async function testAuth({ mine, nobodys, wrong, signal }: Doors): Promise<Outcome> {
  const [own, none, other] = await Promise.all([askWho(mine, signal), askWho(nobodys, signal), askWho(wrong, signal)]);
  for (const answer of [own, none, other]) {
    if ('failure' in answer && !/^(unauthorized|forbidden)$/.test(answer.failure.code ?? '')) throw answer.failure;
  }
  const evidence = [
    { label: 'Your key or session', found: heard(own), ok: 'session' in own },
    { label: 'None at all', found: heard(none), ok: isRefused(none) },
    { label: 'A wrong one', found: heard(other), ok: isRefused(other) },
  ];
  const isOpen = !isRefused(none) || !isRefused(other);
  if (isOpen) {
    const sentence = 'Somebody without a right key is let in: everybody could read your leads.';
    const remedy = 'Take the API off the network until it is clear why: something before it may add a key of its own.';
    return { sentence, evidence, remedy };
  }
  if ('failure' in own) return { sentence: own.failure.message, evidence, remedy: null, failure: own.failure };
  return { sentence: 'Your key is accepted; none and a wrong one are refused.', evidence, remedy: null };
}

const CHECK_LABELS: Record<(typeof SCHEMA_CHECKS)[number], string> = {
  version: 'Version',
  table: 'Table',
  columns: 'Columns',
  row_level_security: 'Row level security',
  grants: 'Grants',
  functions: 'Functions',
  triggers: 'Triggers',
  indexes: 'Indexes',
};

/** Of which table, columns, grants, functions and triggers Postgres knows, against what the API needs. */
export async function testSchema({ sync, signal }: Doors): Promise<Outcome> {
  return judgeSchema(await sync.schema(signal));
}

function judgeSchema({ version, expectedVersion, ok, checks }: SchemaReply): Outcome {
  const evidence = SCHEMA_CHECKS.map((name) => {
    const check = checks.find((one) => one.name === name);
    return { label: CHECK_LABELS[name], found: check?.found ?? 'not checked', ok: check?.ok ?? false };
  });
  if (isPassed({ evidence }) && version === expectedVersion && ok) {
    return { sentence: `All ${evidence.length} parts are as the API needs them.`, evidence, remedy: null };
  }
  const faults = evidence.filter((one) => !one.ok).map(({ label }) => label.toLowerCase());
  const remedies = checks.flatMap(({ remedy }) => remedy ?? []);
  return {
    sentence: `Not as the API needs it: ${faults.join(', ') || 'the version'}.`,
    evidence: faults.length > 0 ? evidence : [{ label: 'Verdict', found: 'The API says no.', ok: false }, ...evidence],
    remedy: [...new Set(remedies)].join('\n') || 'Run `npm run migrate` where the API is installed.',
  };
}

const inMs = (ms: number) => `${formatNumber(Math.round(ms))} ms`;
const short = (digest: string) => `${digest.slice(0, 12)}…`;

/** Writes a row that is no lead, reads it back, compares the text by our own hash and looks that it is gone. */
export async function testWrite({ sync, signal }: Doors): Promise<Outcome> {
  const nonce = crypto.randomUUID();
  const { key, written, read, matches, gone, removedMs, leftovers } = await sync.canary(nonce, signal);
  const [hashed, hashedWritten] = await Promise.all(
    [read?.text ?? '', written.text].map(async (text) => digestHex(await rowDigest(key, text))),
  );
  const isOurs = read?.text.includes(nonce) === true && written.text.includes(nonce);
  const isEqual = read !== null && read.text === written.text;
  const isDigestRight = isEqual && hashed === read.digest && hashedWritten === written.digest;
  const evidence: Evidence[] = [
    { label: 'Written', found: `${key}, transaction ${written.transactionId}, ${inMs(written.ms)}`, ok: null },
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
        : `Postgres ${short(written.digest)} and ${read ? short(read.digest) : 'none'}, this browser ${short(hashed ?? '')}`,
      ok: isDigestRight,
    },
    { label: 'Removed', found: gone ? `gone, ${inMs(removedMs)}` : 'it is still there', ok: gone },
    ...(leftovers > 0 ? [{ label: 'Left by earlier runs', found: `${leftovers}, removed`, ok: null }] : []),
  ];
  if (isPassed({ evidence })) {
    return { sentence: 'A row was written, read back the same, and removed.', evidence, remedy: null };
  }
  const isOther = !(isOurs && isEqual && isDigestRight && matches);
  return {
    sentence: !read
      ? 'A row was written, and reading it back gave nothing.'
      : isOther
        ? 'What was read back is not what was written just now.'
        : 'The row that was written for this test could not be removed.',
    evidence,
    remedy: !read
      ? 'Reads may go to a replica that lags behind, or to another database: the API must read where it writes.'
      : isOther
        ? 'Something between here and Postgres changes answers or keeps old ones. Look for a proxy or a cache before the API, and for triggers on the table.'
        : `Remove the row ${key} in SQL, and look for what keeps it: a trigger or a rule on the table.`,
  };
}

const SHOWN_KEYS = 3;

/** The report of `GET /sync`, of this very moment. */
export async function testSync({ sync, signal }: Doors): Promise<Outcome> {
  return judgeSync(await sync.report(signal));
}

function judgeSync({ verdict, counts, findings, durationMs }: SyncReport): Outcome {
  const faults = findings.filter(({ severity }) => severity !== 'info');
  const isSynced = verdict === 'synced' && faults.length === 0;
  const rows = Object.values(counts).reduce((sum, count) => sum + count.rows, 0);
  const evidence: Evidence[] = [
    { label: 'In Postgres', found: inMs(durationMs), ok: null },
    ...Object.entries(counts).map(([entity, count]) => ({
      label: `${entity[0]?.toUpperCase()}${entity.slice(1)}`,
      found: `${formatNumber(count.rows)} stored, ${formatNumber(count.indexed)} in the index`,
      ok: null,
    })),
    ...findings.map(({ code, count, keys, message, severity }) => ({
      label: code,
      found: `${message.replace(/: \d+\.$/, `: ${formatNumber(count)}.`)} ${keys.slice(0, SHOWN_KEYS).join(', ')}${count > SHOWN_KEYS && keys.length > 0 ? ', …' : ''}`,
      ok: severity === 'info' ? null : false,
    })),
    ...(isSynced || faults.length > 0 ? [] : [{ label: 'Verdict', found: verdict, ok: false }]),
  ];
  if (isSynced) {
    const sentence = rows === 0 ? 'Synced, nothing stored yet.' : `Synced: ${countOf(rows, 'row')} compared.`;
    return { sentence, evidence, remedy: null };
  }
  const remedies = [...new Set(faults.map(({ remedy }) => remedy))];
  return {
    sentence: `Drift: ${faults.map(({ code, count }) => `${code} (${formatNumber(count)})`).join(', ') || 'the API says so'}.`,
    evidence,
    remedy: remedies.join('\n') || 'Run Check Data Sync above: it shows what drifted.',
  };
}
