import type { Context } from 'hono';
import { z } from 'zod';
import { historyReply } from '../../shared/contract/changes.ts';
import { ENTITY_TAG } from '../../shared/contract/record-key.ts';
import { ApiError } from '../errors.ts';
import type { AppEnv } from './deps.ts';

/** A row of the table as our functions give it: whatever stands there, since checking it here would take a whole list down. */
export const storedRow = z.looseObject({ key: z.string(), value: z.unknown(), digest: z.string().optional() });
export type StoredRow = z.infer<typeof storedRow>;

/** A page of rows; what it says beside them passes to the caller. */
export const storedPage = z.object({
  rows: z.array(storedRow),
  nextCursor: z.string().nullable(),
  changesCursor: z.string(),
  total: z.number().optional(),
});

interface Identified {
  id: string;
  updatedAt?: string | null | undefined;
}

/**
 * Reads rows as records of one kind.
 * @param kind the word before the colon of their keys
 * @param schema of what stands in the table
 */
export function recordReader<Shown extends Identified>(kind: 'lead' | 'user' | 'order', schema: z.ZodType<Shown>) {
  /** Rows are written by older installs and by hand too: one that is no record is named, and the others still show. */
  function read({ key, value }: StoredRow): { record: Shown } | { malformed: { key: string; problem: string } } {
    const result = schema.safeParse(value);
    if (!result.success) {
      const issue = result.error.issues[0];
      return { malformed: { key, problem: `${issue?.path.join('.') || 'value'}: ${issue?.message ?? 'not valid'}` } };
    }
    if (key !== `${kind}:${result.data.id}`) return { malformed: { key, problem: `id: says ${result.data.id}` } };
    return { record: result.data };
  }

  return {
    /** The records of a page, and the rows that are none. */
    list(rows: StoredRow[]): { records: Shown[]; malformed: { key: string; problem: string }[] } {
      const found = rows.map(read);
      return {
        records: found.flatMap((entry) => ('record' in entry ? [entry.record] : [])),
        malformed: found.flatMap((entry) => ('malformed' in entry ? [entry.malformed] : [])),
      };
    },

    /**
     * One record, whose version becomes the ETag of the reply.
     * @throws ApiError conflict when the row is none
     */
    one(context: Context<AppEnv>, row: unknown): Shown {
      const found = read(storedRow.parse(row));
      if ('malformed' in found) {
        const { key, problem } = found.malformed;
        throw new ApiError(
          'conflict',
          `The row ${key} is stored but is no ${kind} (${problem}). It is left as it is; mend it in SQL.`,
          { reason: 'record_malformed' },
        );
      }
      const { updatedAt } = found.record;
      // Written by hand it may be anything; a tag that If-Match could not take back is none.
      if (updatedAt && ENTITY_TAG.test(updatedAt)) context.header('ETag', `"${updatedAt}"`);
      return found.record;
    },
  };
}

/** What a reply says beside one record: the digest of its stored text, where it was read as a whole. */
export function digestOf(row: unknown): { digest?: string } {
  const { digest } = storedRow.parse(row);
  return digest === undefined ? {} : { digest };
}

/** Every write on one record, as our functions give it. */
export const historyIn = (found: unknown) => z.object({ changes: historyReply.shape.history }).parse(found).changes;

const isTag = (header: string) => /^".*"$/.test(header) && ENTITY_TAG.test(header.slice(1, -1));

/**
 * The header that keeps a change from overwriting somebody else's; a digest also from overwriting what SQL has written.
 * It becomes the updatedAt or the digest that the caller last saw, or nothing when any will do (RFC 9110, section 13.1.1).
 */
export const ifMatchHeader = z.object({
  'If-Match': z
    .string()
    .trim()
    .refine(
      (header) => header === '' || header === '*' || isTag(header),
      'Send one quoted updatedAt, like "2026-11-22T12:00:00.000Z", or the digest that reading the record gave.',
    )
    .transform((header) => (isTag(header) ? header.slice(1, -1) : undefined))
    .optional(),
});
