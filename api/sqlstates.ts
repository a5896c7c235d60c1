import type { ErrorCode } from '../shared/errors.ts';
import { ApiError } from './errors.ts';

/** Our own SQLSTATEs; `api/sql/README.md` is their registry, a test keeps the two and the SQL equal. */
export const OWN_SQLSTATES: Record<string, ErrorCode> = {
  CRM01: 'invalid_request',
  CRM04: 'not_found',
  CRM09: 'conflict',
  CRM22: 'idempotency_mismatch',
  CRM29: 'rate_limited',
};

export interface DatabaseFailure {
  /** SQLSTATE, or the error code of the connection (ECONNREFUSED …). */
  sqlstate: string | undefined;
  message: string;
  detail?: string | undefined;
  cause: unknown;
}

/** Undefined table, function, column or schema, and a missing grant: what `npm run migrate` mends. */
const SCHEMA = /^(42P01|42883|42703|3F000|42501)$/;
/** Values that Postgres cannot take although they passed our checks (class 22, data exception). */
const DATA = /^22/;
/**
 * Conflicts between transactions, refused sign-in, no such database, a server that became a replica, shutdown, lost connections,
 * exhausted resources: all may work a moment later without a change of the request. Node's own ERR_ codes are no connections.
 */
const AWAY = /^(08|25006|28|3D|40|53|55|57|58|E(?!RR_)[A-Z_]+$)/;

/**
 * Names a failure of Postgres by one of our error codes.
 * @returns the error to throw; a failure without a name becomes `internal`
 */
export function databaseError(failure: DatabaseFailure): ApiError {
  const { sqlstate = 'ECONNRESET', message, detail, cause } = failure;
  const own = OWN_SQLSTATES[sqlstate];
  if (own) return new ApiError(own, message, { cause, ...retryAfter(detail) });
  if (SCHEMA.test(sqlstate)) {
    return new ApiError(
      'schema_missing',
      'This service is not set up: its database lacks our tables or functions. Its owner can run `npm run migrate`.',
      { cause },
    );
  }
  if (DATA.test(sqlstate)) {
    return new ApiError('invalid_request', 'The request holds a value that the database cannot store.', { cause });
  }
  if (AWAY.test(sqlstate)) {
    return new ApiError(
      'database_unavailable',
      'The database does not answer right now. Nothing was acknowledged; try again.',
      {
        cause,
        retryAfter: 1,
      },
    );
  }
  return new ApiError(
    'internal',
    'Something failed on our side. Try again; a repeated submissionId is never stored twice.',
    { cause },
  );
}

function retryAfter(detail: string | undefined): { retryAfter?: number } {
  const seconds: unknown = detail ? JSON.parse(detail).retryAfter : undefined;
  return typeof seconds === 'number' ? { retryAfter: seconds } : {};
}
