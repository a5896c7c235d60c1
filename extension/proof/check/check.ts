import { batch, computed, signal } from '@preact/signals';
import { isDrift, recordsIn, type SyncReport } from '../../../shared/contract/sync-report.ts';
import type { EntityProof } from '../../../shared/proof/table-proof.ts';
import type { Api } from '../../platform/api/api.ts';
import { createSyncApi } from '../../platform/api/sync-api.ts';
import { driftSummary } from '../../platform/browser/drift.ts';
import { driftFound } from '../../platform/browser/storage.ts';
import { canReadDirectly, directTableOf } from '../../platform/connection/direct-table.ts';
import { tableEditorUrl } from '../../platform/connection/table-editor.ts';
import { isOfRecord } from '../../platform/workspace/freshness.ts';
import { isOlder } from '../../platform/workspace/live.ts';
import type { LastCheck } from '../../platform/workspace/workspace.ts';
import type { CheckedWorkspace } from '../checked-workspace.ts';
import { createStep, type State, type Step } from '../step.ts';
import { compareScreen, type ScreenComparison } from './compare-screen.ts';
import { type DirectComparison, judgeDirect, readDirectly } from './direct-read.ts';
import { findingsOf, type SyncFinding } from './findings.ts';
import { createFullComparison, rowsIn } from './full-comparison.ts';
import { createRepair } from './repair.ts';

function judgeScreen({ findings, pending, compared }: ScreenComparison): State {
  if (findings.length > 0) return 'wrong';
  if (pending.length > 0) return 'pending';
  return compared > 0 ? 'passed' : 'unchecked';
}

const PENDING =
  'Records are being written right now, so not all of them could be compared. They are compared again as soon as they stand still.';
const FULL_PENDING =
  'Rows were written meanwhile, so the rows that were read could not be compared with what is stored now. Prove every row again.';

/** A fault outweighs a step that could not be made, and that outweighs one that was written to meanwhile. */
function verdictOf(
  steps: readonly Pick<Step, 'state' | 'failure'>[],
  { findings, isEmpty, isFull }: { findings: readonly SyncFinding[]; isEmpty: boolean; isFull: boolean },
): Pick<LastCheck, 'state' | 'summary'> {
  const has = (wanted: State) => steps.some(({ state }) => state === wanted);
  if (has('wrong')) return { state: 'drift', summary: driftSummary(findings.filter(isDrift)) };
  if (has('failed')) {
    const failure = steps.find(({ state }) => state === 'failed')?.failure;
    const isForbidden = failure?.code === 'forbidden';
    return { state: 'failed', summary: isForbidden ? 'Only an admin can check.' : (failure?.message ?? '') };
  }
  if (has('pending')) return { state: 'pending', summary: isFull ? FULL_PENDING : PENDING };
  return { state: 'synced', summary: isEmpty ? 'CRM data is synced, nothing stored yet' : 'CRM data is synced' };
}

/**
 * Check Data Sync of one connection: what is on the screen against the stored text, the table against itself, on Supabase our API
 * against the table read directly, and on demand every row. All of it is compared when it is asked for; nothing is taken from an
 * earlier check.
 */
function createCheck(workspace: CheckedWorkspace) {
  const { connection, live, lastCheck, closed } = workspace;
  /** As the other screens' requests, these too say whether the backend is there; they end with the connection. */
  const watched = live.watched(workspace.api);
  const api: Api = (method, path, schema, options) => watched(method, path, schema, { signal: closed, ...options });
  const sync = createSyncApi(api);
  const reader = sync.reader(closed);
  const report = createStep<SyncReport>(({ findings }) => (findings.some(isDrift) ? 'wrong' : 'passed'));
  const screen = createStep<ScreenComparison>(judgeScreen);
  const direct = createStep<DirectComparison>(judgeDirect);
  const full = createFullComparison({ reader: sync.reader, keepDigests: canReadDirectly(connection), closed });
  /** The full comparison that the last check counts; null for one without. */
  const counted = signal<Step<readonly EntityProof[]> | null>(null);
  const isChecking = signal(false);
  /** From the walk over every row to the check after it. */
  const isProving = signal(false);
  /** Of the table in the dashboard of Supabase. */
  const tableId = signal<number | null>(null);
  const findings = computed(() =>
    findingsOf({
      report: report.step.value.result,
      screen: screen.step.value.result,
      direct: direct.step.value.result,
      proofs: counted.value?.result ?? [],
    }),
  );
  let checking: Promise<void> | null = null;
  /** The newest change of a record that the feed has told of. */
  let newest: string | null = null;

  /** Whether the feed has told of something that the last check had not read. */
  function isOutdated(): boolean {
    const pages = screen.step.value.result?.pages ?? [];
    const read = [report.step.value.result, ...pages].map((snapshot) => snapshot?.changesCursor);
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
    const reported = report.step.value.result;
    const stored = reported && recordsIn(reported);
    const isEmpty = stored === 0;
    const steps = [report.step.value, screen.step.value, direct.step.value, ...(counted.value ? [counted.value] : [])];
    const isFull = counted.value !== null;
    const { state, summary } = verdictOf(steps, { findings: findings.value, isEmpty, isFull });
    const check: LastCheck = {
      ...{ state, summary, stored, isEmpty, changedAfter: isOutdated() },
      rows: Math.max(screen.step.value.result?.compared ?? 0, rowsIn(counted.value?.result ?? [])),
      // What is in order was so when it began to be read, and a fault is there when it is found.
      at: state === 'drift' ? Date.now() : startedAt,
    };
    lastCheck.value = check;
    void tellOthers(check);
  }

  /** Reads the table past our API: all rows after a walk over them, else what is on the screen. */
  const readTable = (table: string, isWhole: boolean) =>
    direct.run(async () => {
      const sides = { reader, direct: directTableOf(connection, table), signal: closed };
      const what = isWhole ? { walks: full.wholeWalks() } : { keys: screen.step.value.result?.keys ?? [] };
      const found = await readDirectly(sides, what, direct.advance);
      // The link leads to the right project without it, and to the right table with it.
      tableId.value ??= await sides.direct.tableId(closed).catch(() => null);
      return found;
    });

  /** @param isFull whether a walk over the rows was made just before, and counts */
  async function runCheck(isFull: boolean): Promise<void> {
    const startedAt = Date.now();
    isChecking.value = true;
    direct.reset();
    await Promise.all([
      report.run(() => sync.report(closed)),
      screen.run(() => compareScreen({ workspace, api, reader, row: sync.row, onProgress: screen.advance })),
    ]);
    const reported = report.step.value.result;
    if (reported) {
      if (isFull) full.settle(reported);
      const isWhole = isFull && full.step.value.progress === null;
      if (canReadDirectly(connection)) await readTable(reported.database.table, isWhole);
    }
    batch(() => {
      isChecking.value = false;
      if (closed.aborted) return;
      counted.value = isFull ? full.step.value : null;
      conclude(startedAt);
    });
  }

  /** The quick check; asked again while it runs, it is the one that runs. */
  function check(isFull = false): Promise<void> {
    checking ??= runCheck(isFull).finally(() => {
      checking = null;
    });
    return checking;
  }

  /** One that runs already may have read what was there before: it is waited for, and then another is made. */
  async function checkAnew(isFull = false): Promise<void> {
    while (checking) await checking;
    await check(isFull);
  }

  /** The walk takes a while: the rest is compared after it, so that all of the verdict is of now. */
  async function prove(walk: () => Promise<void>): Promise<void> {
    if (isProving.value) return;
    isProving.value = true;
    try {
      await walk();
      const { state, progress } = full.step.value;
      // One that was cancelled before it found anything keeps its progress.
      if (!closed.aborted && (progress === null || state !== 'unchecked')) await checkAnew(true);
      if (full.step.value.progress === null) full.release();
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
      if (last.state === 'pending' && counted.value === null) void check();
    },
    () => undefined,
    closed,
  );

  return {
    steps: { report: report.step, screen: screen.step, direct: direct.step },
    canReadDirectly: canReadDirectly(connection),
    full,
    /** Whether the last verdict counts the full comparison as it stands. */
    isFullOfNow: computed(() => counted.value?.result === full.step.value.result),
    findings,
    isChecking: computed(() => isChecking.value || isProving.value),
    /** Where the dashboard of Supabase shows the table; null where there is none, or no report has named the project yet. */
    editorUrl: computed(() => {
      const projectRef = report.step.value.result?.database.projectRef ?? null;
      return tableEditorUrl({ projectRef, supabase: connection.supabase }, tableId.value);
    }),
    repair: createRepair(sync, { onRepaired: () => void checkAnew() }),
    check: () => check(),
    checkAnew: () => checkAnew(),
    /** Gives up what the screen has, and compares what stands there then. */
    async readAnew(): Promise<void> {
      while (checking) await checking;
      await workspace.leads.load();
      await checkAnew();
    },
    /** Walks over every row, then checks the rest. */
    proveAll: () => prove(full.start),
    resumeProof: () => prove(full.resume),
    /** The whole check as it stands, to be taken along: no key, no session, no text of a row. */
    evidence() {
      const steps = {
        report: report.step.value,
        screen: screen.step.value,
        direct: direct.step.value,
        full: full.step.value,
      };
      const went = ({ state, at, ms, failure }: Step) => ({
        ...{ state, at: at && new Date(at).toISOString(), ms, failure: failure?.message ?? null },
      });
      const read = steps.direct.result;
      return {
        connection: { name: connection.name, url: connection.url },
        check: lastCheck.value,
        findings: findings.value,
        steps: {
          ...{ report: went(steps.report), screen: went(steps.screen), direct: went(steps.direct) },
          /** Where the verdict does not count it, it is an earlier one, and nothing of it was checked since. */
          full: { ...went(steps.full), isOfThisCheck: counted.value !== null },
        },
        report: steps.report.result,
        screen: steps.screen.result,
        full: steps.full.result ?? [],
        direct: read && {
          ...read,
          reports: read.reports.map(({ named, ...rest }) => ({
            ...rest,
            named: named.map(({ kind, key }) => ({ kind, key })),
          })),
        },
      };
    },
  };
}
export type Check = ReturnType<typeof createCheck>;

const checks = new WeakMap<CheckedWorkspace, Check>();

/** The one check of an open connection, whichever tab is shown meanwhile. */
export function checkOf(workspace: CheckedWorkspace): Check {
  const check = checks.get(workspace) ?? createCheck(workspace);
  checks.set(workspace, check);
  return check;
}
