/** What `If-Match` can carry. Rows written by hand or by older installs may hold another `updatedAt`, or none. */
const VERSION = /^[\x21\x23-\x7e]{1,64}$/;

const digests = new WeakMap<object, string>();

/** Remembers the digest that a record was read with, for `versionOf`. @returns the record */
export function readWith<Row extends object>(record: Row, digest: string | undefined): Row {
  if (digest !== undefined) digests.set(record, digest);
  return record;
}

/**
 * The version of a record, as `If-Match` takes it: the digest that it was read with, which SQL moves too, else its `updatedAt`; null
 * where it has none to compare by.
 */
export function versionOf(record: { updatedAt?: string | null | undefined }): string | null {
  const { updatedAt } = record;
  return digests.get(record) ?? (updatedAt && VERSION.test(updatedAt) ? updatedAt : null);
}
