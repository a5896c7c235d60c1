import {
  ERROR_STATUS,
  type ErrorCode,
  type ErrorParams,
  type ErrorReason,
  type ErrorReply,
} from '../shared/contract/errors.ts';

/** What an error says beside its code and message. */
export interface ErrorDetails {
  /** Path of a field, joined by dots, and what is wrong with it. */
  fields?: Record<string, string> | undefined;
  /** Seconds. */
  retryAfter?: number | undefined;
  /** Why, where the code leaves that open. */
  reason?: ErrorReason | undefined;
  /** What the message fills in. */
  params?: ErrorParams | undefined;
  /** Goes to the log, never to the caller. */
  cause?: unknown;
}

/** The one error a route or a driver throws on purpose. The message is for the caller and says what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

/**
 * The one exit of every failure: turns an error into the contract's envelope.
 * @param error an ApiError says what it says; anything else is `internal` and says nothing
 * @param requestId ties the reply to the log
 */
export function errorResponse(error: unknown, requestId: string): Response {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(
          'internal',
          'Something failed on our side. Try again; a repeated submissionId is never stored twice.',
        );
  const { fields, retryAfter, reason = known.code, params } = known.details;
  const body: ErrorReply = {
    success: false,
    error: {
      code: known.code,
      reason,
      ...(params && { params }),
      message: known.message,
      requestId,
      ...(fields && { fields }),
      ...(retryAfter && { retryAfter }),
    },
  };
  const headers = new Headers();
  if (retryAfter) headers.set('Retry-After', String(retryAfter));
  if (known.code === 'unauthorized') headers.set('WWW-Authenticate', 'Bearer');
  // The rest of a refused upload is not worth reading.
  if (known.code === 'payload_too_large') headers.set('Connection', 'close');
  return Response.json(body, { status: ERROR_STATUS[known.code], headers });
}

/** Something that stops the product from starting. Its message is one plain sentence: what is wrong and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
