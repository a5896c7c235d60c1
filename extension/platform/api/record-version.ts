import { ENTITY_TAG } from '../../../shared/contract/record-key.ts';

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
