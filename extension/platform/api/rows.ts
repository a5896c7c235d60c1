import type { z } from 'zod';
import type { malformedRow } from '../../../shared/contract/page.ts';
import { ENTITY_TAG } from '../../../shared/contract/record-key.ts';

type Malformed = z.infer<typeof malformedRow>;

/**
 * Looks at the rows of a reply one by one: a row that this version does not understand must not take the others with it.
 * @param kind what stands before the id in a row's key
 */
export function readRows<Row>(
  schema: z.ZodType<Row>,
  kind: string,
  values: readonly unknown[],
): { rows: Row[]; odd: Malformed[] } {
  const rows: Row[] = [];
  const odd: Malformed[] = [];
  for (const value of values) {
    const result = schema.safeParse(value);
    if (result.success) rows.push(result.data);
    else {
      const id = (value as { id?: unknown } | null)?.id;
      const issue = result.error.issues[0];
      const key = `${kind}:${typeof id === 'string' ? id : '?'}`;
      odd.push({ key, problem: `${issue?.path.join('.')}: ${issue?.message}` });
    }
  }
  return { rows, odd };
}

const digests = new WeakMap<object, string>();

/** Remembers the digest that a record was read with, for `versionOf`. @returns the record */
export function readWith<Row extends object>(record: Row, digest: string | undefined): Row {
  if (digest !== undefined) digests.set(record, digest);
  return record;
}

/**
 * The version of a record, as `If-Match` takes it: the digest that it was read with, which SQL moves too, else its `updatedAt`; null
 * where it has none to compare by, as rows written by hand or by older installs may.
 */
export function versionOf(record: { updatedAt?: string | null | undefined }): string | null {
  const { updatedAt } = record;
  return digests.get(record) ?? (updatedAt && ENTITY_TAG.test(updatedAt) ? updatedAt : null);
}
