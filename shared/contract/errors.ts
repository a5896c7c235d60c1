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

/** What is wrong with one field of the request: its path joined by dots, and a sentence that says what to do. */
export const fieldErrors = z.record(z.string(), z.string());

/** The one envelope of every failure. `retryAfter` is in seconds. */
export const errorReply = z.object({
  success: z.literal(false),
  error: z.object({
    code: errorCode,
    message: z.string().min(1),
    requestId: z.string().min(1),
    fields: fieldErrors.optional(),
    retryAfter: z.number().int().positive().optional(),
  }),
});
export type ErrorReply = z.infer<typeof errorReply>;
