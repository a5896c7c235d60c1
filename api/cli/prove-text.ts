import type { SchemaCheck, SchemaReply } from '../../shared/contract/diagnostics.ts';
import { ENTITIES } from '../../shared/contract/record-key.ts';
import { type Finding, isDrift, type SyncReport } from '../../shared/contract/sync-report.ts';
import type { EntityProof } from '../../shared/proof/table-proof.ts';
import type { Check } from './prove-check.ts';

/** Text of rows, or of whoever answers, for a terminal: nothing in it may steer it. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\ufffd');

const rowsOf = (count: number) => (count === 1 ? '1 row' : `${count} rows`);
const line = (name: string, text: string) => `${name.padEnd(12)}${text}`;

function unchecked(proofs: readonly EntityProof[]): string {
  const again = 'Run it again.';
  return proofs.some(({ state }) => state === 'pending')
    ? `not checked: rows were written during each of three walks, so the whole was not compared. Each page alone was what is stored. ${again}`
    : `not checked: three times the report was about other rows than were received. Rows are being written, or it is of another database. ${again}`;
}

const failed = ({ checks }: SchemaReply) => checks.filter(({ ok }) => !ok);

function headline({ verdict, proofs, report, schema }: Check): string {
  if (verdict === 'unchecked') return unchecked(proofs);
  if (verdict === 'drift') {
    const serious = report.findings.filter(isDrift).length;
    const wrong = serious + failed(schema).length + proofs.reduce((sum, { findings }) => sum + findings.length, 0);
    return `drift: ${wrong} ${wrong === 1 ? 'finding' : 'findings'}, see below.`;
  }
  const compared = proofs.reduce((sum, { received }) => sum + received.count, 0);
  const withheld = proofs.reduce((sum, { received }) => sum + received.withheld, 0);
  if (compared + withheld === 0) return 'synced: nothing is stored yet.';
  const rest = withheld === 0 ? '' : ` ${rowsOf(withheld)} not checked.`;
  return `synced: ${rowsOf(compared)} received, hashed here, and equal to what Postgres stores.${rest}`;
}

function aboutDatabase({ database, checkedAt, durationMs }: SyncReport): string[] {
  const { engine, version, table, projectRef, primary, durability } = database;
  const { fsync, synchronous_commit, full_page_writes } = durability;
  return [
    line('database', `${engine} ${version}, ${primary ? 'primary' : 'replica'}, table ${table}`),
    ...(projectRef === null ? [] : [line('project', projectRef)]),
    line(
      'durability',
      `fsync ${fsync}, synchronous_commit ${synchronous_commit}, full_page_writes ${full_page_writes}`,
    ),
    line('checked', `${checkedAt}, in ${Math.round(durationMs)} ms`),
  ];
}

const STATES = {
  proven: 'equal',
  pending: 'not compared as a whole: rows were written meanwhile',
  differs: 'differs',
} satisfies Record<EntityProof['state'], string>;

function aboutWalk({ entity, state, received, stored }: EntityProof): string[] {
  const withheld =
    received.withheld === 0 ? '' : `; ${rowsOf(received.withheld)} not checked, with a secret of an older install`;
  return [
    line(entity, `${rowsOf(received.count)} compared${withheld}: ${STATES[state]}`),
    line('', `received ${received.digest}`),
    line('', stored === null ? 'stored   not compared' : `stored   ${stored.digest}`),
  ];
}

const list = (keys: readonly string[], count: number) =>
  keys.length === 0 ? [] : [`  ${keys.join(', ')}${count > keys.length ? ` and ${count - keys.length} more` : ''}`];

function aboutSchema(schema: SchemaReply): string {
  const { length } = schema.checks;
  return line('schema', `${length - failed(schema).length} of ${length} parts as the API needs them`);
}

const aboutPart = ({ name, found, remedy }: SchemaCheck) => [
  `error: schema, ${name}`,
  `  ${found}`,
  ...(remedy === null ? [] : [`  ${remedy}`]),
];

/** The remedy of the report speaks of Repair; a shell has no such button. */
const REPAIR = 'It is the button Repair under Sync in the extension, or POST /sync/repair of the API.';

const aboutFinding = ({ severity, code, entity, count, keys, message, remedy, repairable }: Finding) => [
  `${severity}: ${code}, ${entity}, ${count}`,
  `  ${message}`,
  ...list(keys, count),
  `  ${remedy}${repairable ? ` ${REPAIR}` : ''}`,
];

/** The check as a person reads it; ends with a line break. */
export function proveText(check: Check): string {
  const { report, proofs, schema } = check;
  const { counts } = report;
  const lines = [
    headline(check),
    '',
    ...aboutDatabase(report),
    ...ENTITIES.map((entity) => line(entity, `${rowsOf(counts[entity].rows)}, ${counts[entity].indexed} in the index`)),
    aboutSchema(schema),
    '',
    'walk',
    ...proofs.flatMap(aboutWalk),
    ...report.findings.flatMap((finding) => ['', ...aboutFinding(finding)]),
    ...failed(schema).flatMap((part) => ['', ...aboutPart(part)]),
    ...proofs.flatMap(({ findings }) =>
      findings.flatMap(({ code, entity, keys, message }) => [
        '',
        `error: ${code}, ${entity}`,
        `  ${message}`,
        ...list(keys, keys.length),
      ]),
    ),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
