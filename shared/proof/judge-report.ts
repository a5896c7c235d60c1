import { ENTITIES, type SyncEntity } from '../contract/record-key.ts';
import { type Finding, isDrift, type SyncReport } from '../contract/sync-report.ts';

const inWords = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

function untold(entity: SyncEntity, { rows, indexed }: SyncReport['counts'][SyncEntity]): Finding {
  return {
    code: rows > indexed ? 'index.missing' : 'index.dangling',
    severity: 'error',
    entity,
    count: Math.abs(rows - indexed),
    keys: [],
    message: `The index of ${entity} has ${inWords(indexed, 'entry', 'entries')} for ${inWords(rows, 'row', 'rows')}, and the database names none of them: it looks for faults in another way than this API needs.`,
    remedy: 'Run Test Connection, then `npm run migrate`, which puts the functions of this API back, and check again.',
    statements: [],
    repairable: false,
  };
}

/**
 * Holds a report against its own counts: an index of another length than its rows is never in sync, whatever the findings say. They
 * are made by functions of the database, which somebody may have replaced.
 * @returns the report with what it did not tell, and the verdict that follows
 */
export function judgeReport<Report extends Pick<SyncReport, 'verdict' | 'counts' | 'findings'>>(
  report: Report,
): Report {
  const isTold = (entity: SyncEntity) =>
    report.findings.some((finding) => finding.entity === entity && finding.code.startsWith('index.'));
  const contradicted = ENTITIES.filter((entity) => {
    const { rows, indexed } = report.counts[entity];
    return rows !== indexed && !isTold(entity);
  });
  const findings = [...report.findings, ...contradicted.map((entity) => untold(entity, report.counts[entity]))];
  const isSynced = report.verdict === 'synced' && !findings.some(isDrift);
  return { ...report, findings, verdict: isSynced ? 'synced' : 'drift' };
}
