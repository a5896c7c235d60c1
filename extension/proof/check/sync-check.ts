import { batch, computed, signal } from '@preact/signals';
import { recordsIn, type SyncReport } from '../../../shared/contract/sync-report.ts';
import type { Api } from '../../platform/api/api.ts';
import { createSyncApi } from '../../platform/api/sync-api.ts';
import { driftFound } from '../../platform/browser/storage.ts';
import { hasWitness } from '../../platform/connection/direct-table.ts';
import { isOfRecord } from '../../platform/workspace/freshness.ts';
import { isOlder } from '../../platform/workspace/live.ts';
import type { LastCheck, Workspace } from '../../platform/workspace/workspace.ts';
import { createWitness } from '../second-check/sync-witness.ts';
import { createFullProof } from './full-proof.ts';
import { evidenceOf } from './sync-evidence.ts';
import { findingsOf } from './sync-findings.ts';
import { createPart } from './sync-part.ts';
import { createRepair } from './sync-repair.ts';
import type { ScreenComparison } from './sync-screen.ts';
import { createScreenCheck } from './sync-screen-check.ts';
import { type CheckParts, outcomesOf, verdictOf, type WalkResult } from './sync-verdict.ts';

/** unchecked and checking are no results; the others are those of `LastCheck`. */
type Verdict = 'unchecked' | 'checking' | LastCheck['state'];

/**
 * Check Data Sync of one connection: what is on the screen against the stored text, the table against itself, and on demand
 * every row. All of it is compared when it is asked for; nothing is taken from an earlier check.
 */
function createSync(workspace: Workspace) {
  const { connection, live, lastCheck, closed } = workspace;
  /** As the other screens' requests, these too say whether the backend is there; they end with the connection. */
  const watched = live.watched(workspace.api);
  const api: Api = (method, path, schema, options) => watched(method, path, schema, { signal: closed, ...options });
  const door = createSyncApi(api);
  const report = createPart<SyncReport>();
  const screen = createPart<ScreenComparison>();
  const witness = createWitness({ connection, reader: door.reader(closed), closed });
  /** What the last check has counted of the walk before it; null for one without. */
  const walk = signal<WalkResult | null>(null);
  const parts = (): CheckParts => ({ report, screen, witness, walk: walk.value });
  const isChecking = signal(false);
  /** From the walk to the check after it. */
  const isProving = signal(false);
  const proof = createFullProof({ reader: door.reader, keepDigests: hasWitness(connection), closed });
  const screenCheck = createScreenCheck({ workspace, api, door, onProgress: screen.advance });
  const findings = computed(() =>
    findingsOf({
      report: report.result.value,
      screen: screen.result.value,
      witness: witness.result.value,
      proofs: walk.value?.proofs ?? [],
    }),
  );
  /** Rows of records that Postgres has counted. */
  const stored = computed(() => {
    const reported = report.result.value;
    return reported && recordsIn(reported);
  });
  const isEmpty = computed(() => stored.value === 0);
  let checking: Promise<void> | null = null;
  /** The newest change of a record that the feed has told of. */
  let newest: string | null = null;

  /** Whether the feed has told of something that the last check had not read. */
  function isOutdated(): boolean {
    const pages = screen.result.value?.pages ?? [];
    const read = [report.result.value, ...pages].map((snapshot) => snapshot?.changesCursor);
    return newest !== null && read.some((cursor) => cursor !== undefined && isOlder(cursor, newest ?? cursor));
  }

  /** Red is for all views and the toolbar. Green takes back only what was found before this check began to look. */
  async function tellOthers({ state, summary, at }: LastCheck): Promise<void> {
    const kept = driftFound(connection.id);
    if (state === 'drift') return kept.setValue({ summary, at, by: 'view' });
    if (state !== 'synced') return;
    const known = await kept.getValue();
    if (known && known.at <= at) await kept.removeValue();
  }

  function conclude(startedAt: number): void {
    const { state, summary } = verdictOf(parts(), { findings: findings.value, isEmpty: isEmpty.value });
    const check: LastCheck = {
      state,
      summary,
      rows: Math.max(screen.result.value?.compared ?? 0, walk.value ? proof.rows.value : 0),
      stored: stored.value,
      // What is in order was so when it began to be read, and a fault is there when it is found.
      at: state === 'drift' ? Date.now() : startedAt,
      isEmpty: isEmpty.value,
      changedAfter: isOutdated(),
    };
    lastCheck.value = check;
    void tellOthers(check);
  }

  /** @param withWalk whether a walk over the rows was made just before, and counts */
  async function runCheck(withWalk: boolean): Promise<void> {
    const startedAt = Date.now();
    isChecking.value = true;
    witness.reset();
    await Promise.all([report.run(() => door.report(closed)), screen.run(screenCheck.run)]);
    const reported = report.result.value;
    if (reported) {
      if (withWalk) proof.settle(reported);
      const { table, projectRef } = reported.database;
      if (withWalk && proof.state.value === 'done') await witness.compareAll(table, proof.wholeWalks());
      else await witness.compareScreen(table, screenCheck.keys());
      witness.locate(projectRef);
    }
    batch(() => {
      isChecking.value = false;
      if (closed.aborted) return;
      walk.value = withWalk ? { proofs: proof.results.value, failure: proof.failure.value } : null;
      conclude(startedAt);
    });
  }

  /** The quick check; asked again while it runs, it is the one that runs. */
  function check(withWalk = false): Promise<void> {
    checking ??= runCheck(withWalk).finally(() => {
      checking = null;
    });
    return checking;
  }

  /** One that runs already may have read what was there before: it is waited for, and then another is made. */
  async function checkAnew(withWalk = false): Promise<void> {
    while (checking) await checking;
    await check(withWalk);
  }

  /** The walk takes a while: the rest is compared after it, so that all of the verdict is of now. */
  async function prove(makeWalk: () => Promise<void>): Promise<void> {
    if (isProving.value) return;
    isProving.value = true;
    try {
      await makeWalk();
      // One that was cancelled before it found anything has nothing to say.
      const isCancelled = proof.state.value === 'stopped' && proof.failure.value === null;
      const hasFound = proof.results.value.some(({ state }) => state === 'differs');
      if (!closed.aborted && (hasFound || !isCancelled)) await checkAnew(true);
      if (proof.state.value === 'done') proof.release();
    } finally {
      isProving.value = false;
    }
  }

  live.subscribe(
    (changes) => {
      for (const { cursor } of changes.filter(isOfRecord)) {
        if (newest === null || isOlder(newest, cursor)) newest = cursor;
      }
      const last = lastCheck.value;
      if (last === null || isChecking.value || !isOutdated()) return;
      lastCheck.value = { ...last, changedAfter: true };
      // A walk is made anew by hand only.
      if (last.state === 'pending' && walk.value === null) void check();
    },
    () => undefined,
    closed,
  );

  return {
    report: report.result,
    screen: screen.result,
    steps: { report: report.step, screen: screen.step },
    outcomes: computed(() => outcomesOf(parts())),
    proof,
    /** Whether the last verdict counts what the walk has found as it stands. */
    isProofOfNow: computed(() => walk.value?.proofs === proof.results.value),
    /** Null where there is none. */
    witness: hasWitness(connection) ? witness : null,
    editorUrl: witness.editorUrl,
    repair: createRepair(door, { onRepaired: () => void checkAnew() }),
    findings,
    verdict: computed<Verdict>(() =>
      isChecking.value || isProving.value ? 'checking' : (lastCheck.value?.state ?? 'unchecked'),
    ),
    check: () => check(),
    checkAnew: () => checkAnew(),
    /** Gives up what the screen has, and compares what stands there then. */
    async readAnew(): Promise<void> {
      while (checking) await checking;
      await workspace.leads.load();
      await checkAnew();
    },
    /** Walks over every row, then checks the rest. */
    proveAll: () => prove(proof.start),
    resumeProof: () => prove(proof.resume),
    evidence: () => evidenceOf({ connection, check: lastCheck.value, findings: findings.value, parts: parts(), proof }),
  };
}
export type SyncModel = ReturnType<typeof createSync>;

const models = new WeakMap<Workspace, SyncModel>();

/** The one check of an open connection, whichever tab is shown meanwhile. */
export function syncOf(workspace: Workspace): SyncModel {
  const model = models.get(workspace) ?? createSync(workspace);
  models.set(workspace, model);
  return model;
}
