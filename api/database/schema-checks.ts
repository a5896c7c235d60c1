import { z } from 'zod';
import type { SCHEMA_CHECKS, SchemaCheck } from '../../shared/contract/diagnostics.ts';
import { SCHEMA_VERSION } from './database.ts';

const texts = z.array(z.string());

/** What Postgres's catalogue says now. */
export const schemaFacts = z.object({
  settings: z.object({ version: z.number().int(), table: z.string() }).nullable(),
  table: z.string(),
  isTableThere: z.boolean(),
  columns: z.record(z.string(), z.string()),
  isKeyUnique: z.boolean(),
  rowSecurity: z
    .object({ enabled: z.boolean(), hidesRows: z.boolean(), role: z.string(), isReadingGuarded: z.boolean() })
    .nullable(),
  /** Statements that take away what is given too much, and that give what is missing. */
  grants: z.object({ open: texts, missing: texts }),
  functions: z.object({
    recorded: z.number(),
    isCompared: z.boolean(),
    missing: texts,
    changed: texts,
    /** A database of an earlier release does not look for them. */
    added: texts.default([]),
  }),
  /** Ours by their names, those of others as `trigger x` or `rule x`; what is `deciding` may change what is stored, or keep it out. */
  triggers: z.record(z.string(), z.enum(['on', 'off', 'bypassed', 'other', 'missing', 'deciding', 'foreign'])),
  indexes: z.record(z.string(), z.enum(['on', 'off', 'missing'])),
});
export type SchemaFacts = z.infer<typeof schemaFacts>;

/** A sentence, or statements to run. */
type Step = string | { run: string[] };
/** What was found, and what to do when it is not as it must be. */
type Judgement = [found: string, ...steps: (Step | false)[]];

const MIGRATE = 'Run `npm run migrate`; it makes what is missing and changes no record.';
const SHOWN = 5;

/** The first few of a list that may be long. */
const few = (list: readonly string[]) =>
  list.slice(0, SHOWN).join(', ') + (list.length > SHOWN ? ` and ${list.length - SHOWN} more` : '');

const judge = {
  version({ settings }) {
    if (!settings) return ['No schema version can be read from crm.settings.', MIGRATE];
    const found = `Schema version ${settings.version}, this API needs ${SCHEMA_VERSION}.`;
    if (settings.version > SCHEMA_VERSION) return [found, 'Deploy the release of this API that upgraded the database.'];
    return [found, settings.version !== SCHEMA_VERSION && MIGRATE];
  },

  table({ table, isTableThere }, configured) {
    if (table !== configured) {
      const found = `The functions work on public.${table}, this API is set to ${configured}.`;
      return [found, `Set KV_TABLE=${table}, or run \`npm run migrate\` on the database that has ${configured}.`];
    }
    if (isTableThere) return [`public.${table} is there.`];
    return [`public.${table} is not there.`, 'Restore it from a backup, or run `npm run migrate` for an empty one.'];
  },

  columns({ table, columns, isKeyUnique }) {
    const { key, value, created_at: createdAt } = columns;
    const listed = Object.entries({ key, value, created_at: createdAt }).map(
      ([name, type]) => `${name} ${type ?? '(missing)'}`,
    );
    const found = `${listed.join(', ')}; key ${isKeyUnique ? 'is unique' : 'is not unique'}.`;
    if (!key?.startsWith('text') || !value?.startsWith('jsonb') || !createdAt?.startsWith('timestamp with time zone')) {
      return [found, `key must be text, value jsonb, created_at timestamptz. ${MIGRATE}`];
    }
    const alter = `alter table public.${table}`;
    const statements = [
      key !== 'text not null' && `${alter} alter column key set not null;`,
      value !== 'jsonb not null' && `${alter} alter column value set not null;`,
      !isKeyUnique && `${alter} add unique (key);`,
    ].filter((statement) => statement !== false);
    return [found, statements.length > 0 && { run: statements }];
  },

  row_level_security({ table, rowSecurity }) {
    if (!rowSecurity) return ['There is no table to look at.', MIGRATE];
    const { enabled, hidesRows, role, isReadingGuarded } = rowSecurity;
    const found = [
      enabled ? 'Enabled' : 'Disabled',
      `the role ${role} of this API ${hidesRows ? 'does not see every row' : 'sees every row'}`,
      isReadingGuarded ? 'reading past the API is guarded' : 'the policy crm_readers_only is missing or edited',
    ].join(', ');
    return [
      `${found}.`,
      !enabled && { run: [`alter table public.${table} enable row level security;`] },
      hidesRows && "Give this API the project's secret key, or its role bypassrls.",
      !isReadingGuarded && MIGRATE,
    ];
  },

  grants({ grants: { open, missing } }) {
    if (open.length + missing.length === 0) return ['The API has every grant it needs, and strangers have none.'];
    const found = [missing.length > 0 && 'The API lacks grants.', open.length > 0 && 'Strangers have grants.'];
    return [found.filter((part) => part !== false).join(' '), { run: [...missing, ...open] }];
  },

  functions({ functions: { recorded, isCompared, missing, changed, added } }) {
    if (recorded === 0 || !isCompared) {
      return ['The functions cannot be compared with what the migration recorded of them in crm.settings.', MIGRATE];
    }
    const found = [
      `${recorded - missing.length - changed.length} of ${recorded} functions are as the migration wrote them`,
      missing.length > 0 && `missing: ${few(missing)}`,
      changed.length > 0 && `edited: ${few(changed)}`,
      added.length > 0 && `not ours: ${few(added)}`,
    ].filter((part) => part !== false);
    return [
      `${found.join('; ')}.`,
      missing.length + changed.length > 0 && MIGRATE,
      added.length > 0 && { run: [`drop function ${added.join(', ')};`] },
    ];
  },

  triggers({ table, triggers }) {
    const words = {
      on: 'on',
      off: 'off',
      bypassed: 'passed over',
      other: 'edited',
      missing: 'missing',
      deciding: 'not ours, and may change what is stored',
      foreign: 'not ours',
    };
    const found = Object.entries(triggers).map(([name, state]) => `${name} ${words[state]}`);
    const steps = Object.entries(triggers).map(([name, state]) => {
      if (state === 'on' || state === 'foreign') return false;
      if (state === 'deciding') return { run: [`drop ${name} on public.${table};`] };
      if (state === 'off') return { run: [`alter table public.${table} enable trigger ${name};`] };
      if (state === 'bypassed') return `Set session_replication_role to origin, so that ${name} runs.`;
      return MIGRATE;
    });
    return [`${found.join(', ')}.`, ...steps];
  },

  indexes({ indexes }) {
    const words = { on: 'valid', off: 'not valid', missing: 'missing' };
    const found = Object.entries(indexes).map(([name, state]) => `${name} ${words[state]}`);
    const steps = Object.entries(indexes).map(([name, state]) => {
      if (state === 'on') return false;
      return state === 'off' ? { run: [`reindex index public.${name};`] } : MIGRATE;
    });
    return [`${found.join(', ')}.`, ...steps];
  },
} satisfies Record<(typeof SCHEMA_CHECKS)[number], (facts: SchemaFacts, configured: string) => Judgement>;

/**
 * Compares what the catalogue says with what this API needs.
 * @param configured name of the table that this API is set to
 */
export function schemaChecks(facts: SchemaFacts, configured: string): SchemaCheck[] {
  return Object.entries(judge).map(([name, compare]) => {
    const [found, ...judged] = compare(facts, configured);
    const steps = judged.filter((step) => step !== false);
    const sentences = steps.map((step) => (typeof step === 'string' ? step : `Run in SQL: ${step.run.join(' ')}`));
    const remedy = [...new Set(sentences)].join(' ') || null;
    const statements = steps.flatMap((step) => (typeof step === 'string' ? [] : step.run));
    return { name: name as SchemaCheck['name'], ok: remedy === null, found, remedy, statements };
  });
}
