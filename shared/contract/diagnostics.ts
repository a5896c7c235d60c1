import { z } from 'zod';
import { digest } from './receipt.ts';
import { nonce } from './sync-report.ts';

const ms = z.number().nonnegative();

/** The caller's own text goes into the row, so that nothing but this very write can be read back. */
export const canaryBody = z.strictObject({ nonce });

/**
 * `POST /diagnostics/canary`: a row of its own (`canary:…`) written, read back in a transaction of its own, compared and removed.
 * `read` is null when nothing came back. Rows that an interrupted run has left are removed too (`leftovers`).
 */
export const canaryReply = z.object({
  success: z.literal(true),
  key: z.string().regex(/^canary:/),
  written: z.object({ text: z.string(), digest, transactionId: z.string(), ms }),
  read: z.object({ text: z.string(), digest, ms }).nullable(),
  /** Whether both texts and digests are equal and hold the caller's nonce. */
  matches: z.boolean(),
  /** Whether a third transaction, after the removal, found the row gone. */
  gone: z.boolean(),
  removedMs: ms,
  leftovers: z.number().int().nonnegative(),
});
export type CanaryReply = z.infer<typeof canaryReply>;

export const SCHEMA_CHECKS = [
  'version',
  'table',
  'columns',
  'row_level_security',
  'grants',
  'functions',
  'triggers',
  'indexes',
] as const;

/** One thing that must be so in the catalogue: what was found, and what to do when it is not as it must be. */
export const schemaCheck = z.object({
  name: z.enum(SCHEMA_CHECKS),
  ok: z.boolean(),
  found: z.string().min(1),
  /** What to do, in sentences; null when all is well. */
  remedy: z.string().nullable(),
  /** The SQL to run, one statement each. Every one also stands in `remedy`, letter for letter. */
  statements: z.array(z.string().min(1)).default([]),
});
export type SchemaCheck = z.infer<typeof schemaCheck>;

/** `GET /diagnostics/schema`: the catalogue of Postgres against what this API needs. */
export const schemaReply = z.object({
  success: z.literal(true),
  nonce: nonce.nullable(),
  version: z.number().int(),
  expectedVersion: z.number().int(),
  ok: z.boolean(),
  checks: z.array(schemaCheck),
});
export type SchemaReply = z.infer<typeof schemaReply>;
