import { useEffect, useRef } from 'preact/hooks';
import { ENTITIES } from '../../../shared/contract/record-key.ts';
import type { SyncReport } from '../../../shared/contract/sync-report.ts';
import { saveFile } from '../../platform/browser/files.ts';
import { canPrintHere, openToPrint, printPage, takePrintWish } from '../../platform/browser/printing.ts';
import { psqlLine } from '../../platform/connection/psql-line.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { CopyButton } from '../../ui/buttons/CopyButton.tsx';
import { Disclosure } from '../../ui/content/Disclosure.tsx';
import { formatNumber } from '../../ui/content/number-format.ts';
import { SafeLink } from '../../ui/content/SafeLink.tsx';
import { Icon } from '../../ui/icons/Icon.tsx';
import { Badge, toneIcons } from '../../ui/messages/Badge.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import type { CheckedWorkspace } from '../checked-workspace.ts';
import { Remedy, Where } from '../Step.tsx';
import { CheckSteps } from './CheckSteps.tsx';
import type { Check } from './check.ts';
import { entityWords, FINDING_WORDS, type SyncFinding } from './findings.ts';
import { Repair } from './Repair.tsx';
import { Verdict } from './Verdict.tsx';

const SEVERITY_WORDS = {
  error: { label: 'Error', tone: 'danger' },
  warning: { label: 'Warning', tone: 'warning' },
  info: { label: 'Note', tone: 'info' },
} as const;

/** One fault: what it is, where, how it can come to this, and what to do. */
function Finding({ finding, check }: { finding: SyncFinding; check: Check }) {
  const { code, severity, entity, count, keys, message, by, repairable } = finding;
  const words = FINDING_WORDS[code];
  const { label, tone } = SEVERITY_WORDS[severity];
  return (
    <li class="finding stack-tight" data-tone={tone} data-code={code}>
      <div class="finding-head">
        <Icon name={toneIcons[tone]} />
        <h3>{words.title}</h3>
        <Badge tone={tone}>{label}</Badge>
      </div>
      <p class="wrap-anywhere">{message}</p>
      <p class="caption">
        {entityWords(entity)} · <code class="mono">{code}</code>
      </p>
      <Where keys={keys} count={count} />
      <Remedy text={finding.remedy ?? words.remedy ?? ''} statements={finding.statements} />
      <Disclosure summary="Why it happens">
        <p class="secondary">{words.why}</p>
      </Disclosure>
      {repairable && (
        <div class="row">
          <Button variant="primary" onClick={() => void check.repair.preview()}>
            Repair
          </Button>
          <span class="caption">You see exactly what would change before anything does.</span>
        </div>
      )}
      {by === 'screen' && (
        <div class="row">
          <Button icon="refresh" onClick={() => void check.readAnew()}>
            Read the list again
          </Button>
        </div>
      )}
    </li>
  );
}

/** How many records there are, and how many of them the index names. */
function Counts({ report }: { report: SyncReport }) {
  return (
    <table class="sync-table">
      <caption class="visually-hidden">Records stored and indexed</caption>
      <thead>
        <tr>
          <th scope="col">Records</th>
          <th scope="col">Stored rows</th>
          <th scope="col">In the index</th>
        </tr>
      </thead>
      <tbody>
        {ENTITIES.map((entity) => {
          const { rows, indexed } = report.counts[entity];
          return (
            <tr key={entity}>
              <th scope="row">{entityWords(entity)}</th>
              <td>{formatNumber(rows)}</td>
              <td>
                {rows !== indexed && <Badge tone="danger">differs</Badge>} {formatNumber(indexed)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** How to look at the table without us. */
function Source({ check }: { check: Check }) {
  const url = check.editorUrl.value;
  const table = check.steps.report.value.result?.database.table;
  const line = table === undefined ? null : psqlLine(table);
  if (url !== null) {
    return (
      <p>
        <SafeLink href={url} class="sync-source-link">
          Open Supabase Table Editor <Icon name="external" size={12} />
        </SafeLink>{' '}
        <span class="secondary">to see the rows of {table ?? 'the table'} without us.</span>
      </p>
    );
  }
  if (line === null) return null;
  return (
    <div class="stack-tight">
      <p class="secondary">
        See the rows without us: run this in the folder where you run <code class="mono">npm start</code>. Elsewhere, or
        with another DATA_DIR, put what it prints after <code class="mono">psql:</code> before{' '}
        <code class="mono">-c</code>.
      </p>
      <p class="own-query">
        <code class="mono grow" dir="ltr">
          {line}
        </code>
        <CopyButton text={line} label="Copy the command" />
      </p>
    </div>
  );
}

/** Prints what is on the screen. Other surfaces open a tab, which checks again and prints that. */
function printHere(): void {
  if (canPrintHere()) printPage();
  else void openToPrint();
}

/** The whole check to take along, as a file named after its day or on paper. @param evidence null until a check has ended */
function Export({ evidence }: { evidence: object | null }) {
  const isPrintWished = useRef(takePrintWish());
  useEffect(() => {
    if (evidence === null || !isPrintWished.current) return;
    isPrintWished.current = false;
    printHere();
  }, [evidence]);
  const save = () => {
    const name = `sync-check-${new Date().toISOString().slice(0, 10)}.json`;
    saveFile(name, [JSON.stringify(evidence, null, 2)], 'application/json');
  };
  return (
    <footer class="evidence-actions stack-tight">
      <div class="row">
        <Button icon="download" disabled={evidence === null} onClick={save}>
          Download JSON
        </Button>
        <Button icon="print" disabled={evidence === null} onClick={printHere}>
          Print
        </Button>
      </div>
      <p class="caption">
        {evidence === null
          ? 'There is something to export once a check has ended.'
          : 'What was compared: counts, digests, findings and keys of rows. No sign-in, no admin key, no text of a lead. The key of an email lookup is that email.'}
      </p>
    </footer>
  );
}

interface Props {
  workspace: CheckedWorkspace;
  check: Check;
  isViewer: boolean;
}

/** What the last check has found, from the verdict down to what each step of it rests on. */
export function CheckResult({ workspace, check, isViewer }: Props) {
  const findings = check.findings.value;
  const report = check.steps.report.value.result;
  const isEnded = workspace.lastCheck.value !== null && !check.isChecking.value;
  return (
    <div class="stack">
      {isViewer ? (
        <Notice tone="info">You are signed in as a viewer. Only an admin can check whether the data is in sync.</Notice>
      ) : (
        <Verdict workspace={workspace} check={check} />
      )}
      {findings.length > 0 && (
        <ul class="plain-list stack" aria-label="Findings">
          {findings.map((finding) => (
            <Finding key={`${finding.code} ${finding.entity} ${finding.message}`} finding={finding} check={check} />
          ))}
        </ul>
      )}
      {report && <Counts report={report} />}
      <CheckSteps check={check} isOutdated={workspace.outdated.value !== null} isViewer={isViewer} />
      {(report || check.editorUrl.value) && <hr class="divider" />}
      <Source check={check} />
      <Export evidence={isEnded ? check.evidence() : null} />
      <Repair check={check} />
    </div>
  );
}
