import { z } from 'zod';

/** Every error code of the contract and its HTTP status. The status follows from the code, never the other way round. */
export const ERROR_STATUS = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_mismatch: 422,
  rate_limited: 429,
  internal: 500,
  database_unavailable: 503,
  schema_missing: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export const errorCode = z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]);

/**
 * Why it failed, where the code leaves that open. Programs decide by code and reason, people read the message.
 * A reason is never renamed or given another meaning; a new one may come with any release.
 */
export const ERROR_REASONS = [
  'tables_missing',
  'functions_missing',
  'grant_missing',
  'rows_hidden',
  'schema_cache_stale',
  'table_differs',
  'schema_version_differs',
  'project_paused',
  'credentials_refused',
  'certificate_refused',
  'no_answer',
  'path_unknown',
  'version_unknown',
  'record_unknown',
  'record_changed',
  'record_malformed',
  'email_taken',
  'user_has_orders',
  'write_kept_out',
  'cursor_unknown',
  'time_zone_unknown',
  'sums_differ',
  'fields_invalid',
  'body_invalid',
  'role_missing',
  'origin_refused',
  'another_machine',
  'auth_unavailable',
  'configuration_invalid',
] as const;

export type ErrorReason = (typeof ERROR_REASONS)[number];

/** What the message fills in, by name: `{ table: 'kv_store_x' }`. Never anything that a visitor typed. */
export const errorParams = z.record(z.string(), z.union([z.string(), z.number()]));
export type ErrorParams = z.infer<typeof errorParams>;

/** What is wrong with one field of the request: its path joined by dots, and a sentence that says what to do. */
export const fieldErrors = z.record(z.string(), z.string());

/** The one envelope of every failure. `retryAfter` is in seconds. */
export const errorReply = z.object({
  success: z.literal(false),
  error: z.object({
    code: errorCode,
    /** The code itself where there is nothing more to say. A reason of a later release reads as its code. */
    reason: z
      .union([z.enum(ERROR_REASONS), errorCode])
      .optional()
      .catch(undefined),
    params: errorParams.optional(),
    message: z.string().min(1),
    requestId: z.string().min(1),
    fields: fieldErrors.optional(),
    retryAfter: z.number().int().positive().optional(),
  }),
});
export type ErrorReply = z.infer<typeof errorReply>;
