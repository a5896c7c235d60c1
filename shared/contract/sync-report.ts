import { z } from 'zod';
import { change, changesCursor } from './changes.ts';
import { KEYS_LIMIT } from './limits.ts';
import { digest, receipt } from './receipt.ts';
import { ENTITIES, STORED_KEY } from './record-key.ts';

const count = z.number().int().nonnegative();

export const syncEntity = z.enum(ENTITIES);

export const FINDING_CODES = [
  'index.missing',
  'index.dangling',
  'index.duplicate',
  'row.malformed',
  'row.id_mismatch',
  'row.missing',
  'row.changed',
  'lookup.missing',
  'lookup.dangling',
  'lookup.mismatch',
  'orders_list.missing',
  'orders_list.dangling',
  'order.user_missing',
  'lead.user_missing',
  'totals.mismatch',
  'key.unknown',
  'log.off',
  'durability.off',
  'replica',
] as const;
const findingCode = z.enum(FINDING_CODES);

/** One kind of fault. `keys` are the first 20 of the `count` rows that have it. */
export const finding = z.object({
  code: findingCode,
  severity: z.enum(['info', 'warning', 'error']),
  entity: z.enum([...ENTITIES, 'table', 'database']),
  count,
  keys: z.array(z.string()).max(20),
  message: z.string().min(1),
  remedy: z.string().min(1),
  /** The SQL to run, one statement each. Every one also stands in `remedy`, letter for letter. */
  statements: z.array(z.string().min(1)).default([]),
  repairable: z.boolean(),
});
export type Finding = z.infer<typeof finding>;

/** Whether a finding keeps the data from being in sync; an `info` does not. */
export const isDrift = ({ severity }: Pick<Finding, 'severity'>): boolean => severity !== 'info';

/** Of a set of rows: how many, and the sum of their digests (shared/proof/digest.ts). */
export const rowSum = z.object({ count, digest });
/** `withheld` rows hold a secret of an older install: their text never leaves the API, so they are in no sum and not checked. */
export const wholeSum = rowSum.extend({ withheld: count });
export type WholeSum = z.infer<typeof wholeSum>;

export const syncReport = z.object({
  verdict: z.enum(['synced', 'drift']),
  checkedAt: z.iso.datetime(),
  /** Of the query itself, in milliseconds. */
  durationMs: z.number().nonnegative(),
  database: z.object({
    engine: z.string(),
    version: z.string(),
    table: z.string(),
    projectRef: z.string().nullable(),
    /** False on a replica, whose rows may be older than what was acknowledged. */
    primary: z.boolean(),
    /** As Postgres shows them: on, off, or what else it takes. */
    durability: z.object({ fsync: z.string(), synchronous_commit: z.string(), full_page_writes: z.string() }),
  }),
  counts: z.object({
    leads: z.object({ rows: count, indexed: count }),
    users: z.object({ rows: count, indexed: count }),
    orders: z.object({ rows: count, indexed: count }),
  }),
  digests: z.object({ leads: wholeSum, users: wholeSum, orders: wholeSum }),
  findings: z.array(finding),
  changesCursor,
});
export type SyncReport = z.infer<typeof syncReport>;

/** How many records a report has counted, of all kinds. */
export const recordsIn = ({ counts }: Pick<SyncReport, 'counts'>): number =>
  ENTITIES.reduce((sum, entity) => sum + counts[entity].rows, 0);

/** Echoed in the reply: an answer kept by something in between does not know it. */
export const nonce = z.string().regex(/^[A-Za-z0-9-]{8,64}$/, 'Use 8 to 64 letters, digits and hyphens.');

/** For replies that say how things are now: what the caller sends comes back with the answer. */
export const freshQuery = z.strictObject({ nonce: nonce.optional() });

/** `GET /sync`: one snapshot of the whole table, compared with itself. */
export const syncReply = z.object({ success: z.literal(true), nonce: nonce.nullable(), report: syncReport });

export const repairQuery = freshQuery.extend({
  dryRun: z
    .enum(['0', '1'])
    .default('0')
    .transform((value) => value === '1'),
});

/** What a repair does to one derived row, or to the totals in a user's row. Lists name at most 20 ids a side. */
export const repairChange = z.object({
  key: z.string(),
  action: z.enum(['create', 'update', 'delete']),
  code: findingCode,
  removed: z.array(z.string()).max(20),
  removedCount: count,
  added: z.array(z.string()).max(20),
  addedCount: count,
  /** Of the totals: what each says and what the orders add up to. */
  fields: z.record(z.string(), z.object({ from: z.unknown().optional(), to: z.unknown().optional() })),
});
export type RepairChange = z.infer<typeof repairChange>;

/** `POST /sync/repair`: the first 200 of `changeCount` changes, and the report after them; with dryRun, the report as it is. */
export const repairReply = z.object({
  success: z.literal(true),
  nonce: nonce.nullable(),
  dryRun: z.boolean(),
  changeCount: count,
  changes: z.array(repairChange).max(200),
  report: syncReport,
});
export type RepairReply = z.infer<typeof repairReply>;

export const storedKey = z.string().regex(STORED_KEY, 'Use a key like lead:lead_1736177352123_abc123def.');

export const ROWS_DEFAULT = 500;
export const ROWS_LIMIT = 1_000;

/** `GET /sync/rows`: the records of one kind by key, ascending in byte order. `after` is the last key of the page before. */
export const rowsQuery = z.strictObject({
  entity: syncEntity,
  after: storedKey.optional(),
  limit: z
    .string()
    .regex(/^[0-9]{1,4}$/)
    .transform(Number)
    .refine((value) => value >= 1 && value <= ROWS_LIMIT, `Use a number from 1 to ${ROWS_LIMIT}.`)
    .default(ROWS_DEFAULT),
  /** Adds the sum of the whole kind in the same snapshot; it reads every row. */
  whole: z
    .enum(['0', '1'])
    .default('0')
    .transform((value) => value === '1'),
  nonce: nonce.optional(),
});

/** A row with the text that Postgres has stored. */
export const textRow = z.object({ key: z.string(), text: z.string() });

const rowsPage = z.object({
  success: z.literal(true),
  nonce: nonce.nullable(),
  rows: z.array(textRow),
  /** Keys of rows whose text is not given, because they hold a secret. */
  withheld: z.array(z.string()),
  /** Postgres's own sum of exactly `rows`, in the same snapshot. */
  page: rowSum,
  asOf: z.iso.datetime(),
  changesCursor,
});

export const rowsReply = rowsPage.extend({
  entity: syncEntity,
  /** What to send as `after` for the next page; null after the last. */
  nextAfter: z.string().nullable(),
  whole: wholeSum.nullable(),
});
export type RowsReply = z.infer<typeof rowsReply>;

/** `POST /sync/rows`: the rows of these keys, such as what is on the screen. */
export const rowsByKeyBody = z.strictObject({
  keys: z.array(storedKey).min(1).max(KEYS_LIMIT),
  nonce: nonce.optional(),
});
export const rowsByKeyReply = rowsPage.extend({ missing: z.array(z.string()) });
export type RowsByKeyReply = z.infer<typeof rowsByKeyReply>;

/**
 * `GET /sync/rows/:key`: one row beside what the change log says of it, in one snapshot. `row` is null when nothing is stored
 * there; `receipt` is what the sender was given, as the database kept it, null when none was kept (no submission id, or no lead);
 * `log` has the latest 50 entries, newest first. `held` says that a submission of this id waits for review.
 */
export const rowReply = z.object({
  success: z.literal(true),
  nonce: nonce.nullable(),
  key: z.string(),
  row: z
    .object({ text: z.string().nullable(), digest: digest.nullable(), storedAt: z.iso.datetime().nullable() })
    .nullable(),
  receipt: receipt.nullable(),
  log: z.array(change),
  held: z.boolean(),
  asOf: z.iso.datetime(),
});
export type RowReply = z.infer<typeof rowReply>;
