import { ENTITIES } from '../../../shared/contract/record-key.ts';
import type { SyncReport } from '../../../shared/contract/sync-report.ts';
import { isDrift } from '../../../shared/contract/sync-report.ts';
import type { EntityProof } from '../../../shared/proof/table-proof.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { countOf, formatNumber } from '../../ui/content/number-format.ts';
import { formatClock } from '../../ui/content/time-format.ts';
import { Notice } from '../../ui/messages/Notice.tsx';
import { EvidenceList, StepItem, Where } from '../Step.tsx';
import type { Evidence } from '../step.ts';
import type { Check } from './check.ts';
import type { ScreenComparison } from './compare-screen.ts';
import { type DirectComparison, type DirectReport, differing } from './direct-read.ts';
import { entityWords } from './findings.ts';

const told = (label: string, found: string): Evidence => ({ label, found, ok: null });
const snapshot = (asOf: string) => told('Snapshot', formatClock(Date.parse(asOf)));
const secrets = (count: number) => (count === 0 ? [] : [`${countOf(count, 'row')} with a secret not checked`]);

/** What Postgres said of itself and of the table, in one snapshot. */
function reportEvidence({ database, digests, checkedAt, durationMs }: SyncReport): Evidence[] {
  const { fsync, synchronous_commit: commit, full_page_writes: pages } = database.durability;
  return [
    snapshot(checkedAt),
    told('Query', `${formatNumber(durationMs)} ms`),
    told('Database', `${database.engine} ${database.version}, ${database.primary ? 'primary' : 'replica'}`),
    told('Table', database.table),
    ...(database.projectRef ? [told('Project', database.projectRef)] : []),
    told('Durability', `fsync ${fsync}, synchronous_commit ${commit}, full_page_writes ${pages}`),
    ...ENTITIES.map((entity) => {
      const { count, withheld, digest } = digests[entity];
      return {
        ...told(entityWords(entity), [...secrets(withheld), `${countOf(count, 'row')} add up to`].join(' · ')),
        digest,
      };
    }),
  ];
}

/** Our sum over the text received beside Postgres's own; null where that was not made. */
const sums = (label: string, count: number, received: string, stored: string | null, asOf: string): Evidence[] => [
  told(label, countOf(count, 'row')),
  snapshot(asOf),
  { ...told('Sum here', ''), digest: received },
  stored === null
    ? told('In Postgres', 'not compared as a whole')
    : {
        ...{ label: 'In Postgres', ok: stored === received, digest: stored },
        found: stored === received ? 'the same' : 'another',
      },
];

function screenSentence({ compared, pending, withheld, findings }: ScreenComparison): string {
  const bad = findings.reduce((sum, { count }) => sum + count, 0);
  const all = compared + pending.length + bad;
  if (all + withheld === 0) return 'There was no record to compare: not checked';
  return [
    `${formatNumber(compared)} of ${formatNumber(all)} records are equal`,
    ...(pending.length > 0 ? [`${formatNumber(pending.length)} pending, re-check`] : []),
    ...secrets(withheld),
  ].join(' · ');
}

function directSentence({ reports, notCompared }: DirectComparison): string {
  const rows = reports.reduce((sum, report) => sum + report.rows, 0);
  const odd = reports.find(({ state }) => state === 'wrong') ?? reports.find(({ state }) => state === 'pending');
  const equal =
    rows === 0
      ? 'Neither side shows a row that could be compared: not checked'
      : `${formatNumber(rows)} ${rows === 1 ? 'row is' : 'rows are'} the same on both sides`;
  return [odd?.message ?? equal, ...notCompared.map((entity) => `${entityWords(entity)} not checked`)].join(' · ');
}

/** One side of a row: from where it parts from the other, with a little of what both share. */
function Side({ text, other }: { text: string | null; other: string | null }) {
  if (text === null) return <em class="secondary">not shown</em>;
  if (other === null) return <span>shown</span>;
  let at = 0;
  while (at < text.length && text[at] === other[at]) at++;
  const from = Math.max(0, at - 40);
  return (
    <code class="mono" dir="ltr">
      {from > 0 && '…'}
      {text.slice(from, at)}
      <mark>{text.slice(at, at + 160)}</mark>
      {at + 160 < text.length && '…'}
    </code>
  );
}

function DirectRows({ report: { entity, rows, total, named } }: { report: DirectReport }) {
  const notChecked = total.withheld + total.moving + total.unread;
  return (
    <tbody>
      <tr>
        <th scope="row">{entity === null ? 'On the screen' : entityWords(entity)}</th>
        <td>
          {formatNumber(rows + total.onlyOurs + total.different)}{' '}
          {notChecked > 0 && `(+ ${formatNumber(notChecked)} not checked)`}
        </td>
        <td>{formatNumber(rows + total.onlyTheirs + total.different)}</td>
      </tr>
      {differing(named).map(({ key, ours, theirs }) => (
        <tr key={key}>
          <th scope="row">
            <code class="mono">{key}</code>
          </th>
          <td>
            <Side text={ours} other={theirs} />
          </td>
          <td>
            <Side text={theirs} other={ours} />
          </td>
        </tr>
      ))}
    </tbody>
  );
}

/** Two columns: what our API says, and what the table itself says past it; differences are marked. */
function DirectTable({ comparison: { reports, notCompared } }: { comparison: DirectComparison }) {
  return (
    <table class="sync-table direct-table">
      <caption class="visually-hidden">Our API and Supabase side by side</caption>
      <thead>
        <tr>
          <th scope="col">Rows</th>
          <th scope="col">Ours, through the API</th>
          <th scope="col">Theirs, from Supabase</th>
        </tr>
      </thead>
      {reports.map((report) => (
        <DirectRows key={report.entity ?? 'screen'} report={report} />
      ))}
      <tbody>
        {notCompared.map((entity) => (
          <tr key={entity}>
            <th scope="row">{entityWords(entity)}</th>
            <td colSpan={2}>not checked</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const PROOF_WORDS = { proven: 'proven', pending: 'pending, re-check', differs: 'differs' };

function proofWords({ entity, state, received }: EntityProof): string {
  const word = state === 'proven' && received.count === 0 ? 'no row to compare' : PROOF_WORDS[state];
  const parts = [`${entityWords(entity)}: ${word}`, countOf(received.count, 'row'), ...secrets(received.withheld)];
  return parts.join(' · ');
}

/** What an earlier walk found wrong: nobody has looked since, so it is neither red nor gone. */
function Earlier({ proofs }: { proofs: readonly EntityProof[] }) {
  return (
    <>
      {proofs
        .flatMap(({ findings }) => findings)
        .map(({ code, entity, keys, message }) => (
          <Notice key={`${code} ${entity}`} tone="warning">
            Found by that proof, {entityWords(entity)}: {message}
            <Where keys={keys} count={keys.length} />
          </Notice>
        ))}
    </>
  );
}

interface Props {
  check: Check;
  /** Whether the last check says nothing of now any more. */
  isOutdated: boolean;
  isViewer: boolean;
}

/** The walk over every stored row: how far it is, and what it has proven. */
function FullProof({ check, isOutdated, isViewer }: Props) {
  const { full, isFullOfNow } = check;
  const step = full.step.value;
  const { state, progress, failure } = step;
  const proofs = step.result ?? [];
  const sum = check.steps.report.value.result?.digests;
  const stored = sum && ENTITIES.reduce((total, entity) => total + sum[entity].count + sum[entity].withheld, 0);
  const value = progress?.value ?? 0;
  const max = stored === undefined ? null : Math.max(stored, value);
  const isRunning = state === 'running';
  const isStopped = !isRunning && progress !== null;
  const isPast = isOutdated || !isFullOfNow.value;
  const isBusy = isViewer || check.isChecking.value;
  const how =
    'Reads every stored row as text, hashes it in this browser and compares count and sum with Postgres’s own.';
  const stopped = `Stopped at ${formatNumber(value)}${max === null ? '' : ` of ${formatNumber(max)}`}. Rows not read yet are not checked.`;
  return (
    <StepItem
      id="full"
      name="Full proof"
      step={{ ...step, progress: progress && { value, max } }}
      isPast={isPast}
      sentence={[
        ...(failure ? [`The walk was interrupted: ${failure.message}`] : []),
        isStopped ? stopped : proofs.length === 0 ? `Not checked. ${how}` : isPast ? 'Not checked since.' : '',
      ].join(' ')}
      evidence={
        proofs.length > 0 &&
        proofs.map(({ entity, received, stored, asOf }) => (
          <EvidenceList
            key={entity}
            rows={sums(entityWords(entity), received.count, received.digest, stored?.digest ?? null, asOf)}
          />
        ))
      }
    >
      {proofs.map((proof) => (
        <p key={proof.entity} data-entity={proof.entity}>
          {proofWords(proof)}
        </p>
      ))}
      {proofs.some((proof) => proof.state === 'pending') && (
        <p class="secondary">
          Rows were written meanwhile. Each page was right; the whole was not compared with what is stored now.
        </p>
      )}
      {!isRunning && isPast && !isFullOfNow.value && <Earlier proofs={proofs} />}
      <div class="row">
        {isRunning && <Button onClick={full.cancel}>Cancel</Button>}
        {isStopped && (
          <Button variant="primary" disabled={isBusy} onClick={() => void check.resumeProof()}>
            Resume
          </Button>
        )}
        {!isRunning && (
          <Button disabled={isBusy} onClick={() => void check.proveAll()}>
            {isStopped ? 'Start anew' : proofs.length === 0 ? 'Prove every row' : 'Prove again'}
          </Button>
        )}
      </div>
    </StepItem>
  );
}

/** The parts of the check, each with what it was concluded from. */
export function CheckSteps({ check, isOutdated, isViewer }: Props) {
  const [report, screen, direct] = [check.steps.report.value, check.steps.screen.value, check.steps.direct.value];
  const drift = report.result?.findings.filter(isDrift).length ?? 0;
  const unmade = ({ failure }: typeof report | typeof screen | typeof direct) =>
    failure ? `Not checked: ${failure.message}` : 'Not checked';
  return (
    <ol class="plain-list check-steps">
      {!isViewer && (
        <>
          <StepItem
            id="report"
            name="The table against itself"
            step={report}
            isPast={isOutdated}
            sentence={
              report.result === null
                ? unmade(report)
                : drift === 0
                  ? 'Records, indexes, lookups, lists and totals agree in one snapshot'
                  : `${countOf(drift, 'finding')} in one snapshot`
            }
            evidence={report.result && <EvidenceList rows={reportEvidence(report.result)} />}
          />
          <StepItem
            id="screen"
            name="What you see against what is stored"
            step={screen}
            isPast={isOutdated}
            sentence={screen.result ? screenSentence(screen.result) : unmade(screen)}
            evidence={
              screen.result &&
              screen.result.pages.length > 0 &&
              screen.result.pages.map(({ asOf, count, received, stored }) => (
                <EvidenceList key={`${asOf} ${received}`} rows={sums('Received', count, received, stored, asOf)} />
              ))
            }
          />
          {check.canReadDirectly && (
            <StepItem
              id="direct"
              name="Our API against Supabase itself"
              step={direct}
              isPast={isOutdated}
              isOpen={direct.state === 'wrong'}
              sentence={direct.result ? directSentence(direct.result) : unmade(direct)}
              evidence={direct.result && <DirectTable comparison={direct.result} />}
            />
          )}
        </>
      )}
      <FullProof check={check} isOutdated={isOutdated} isViewer={isViewer} />
    </ol>
  );
}
