import { z } from 'zod';
import { ERROR_REASONS, type ErrorCode, type ErrorReason } from '../../shared/contract/errors.ts';
import { ApiError, type ErrorDetails } from '../errors.ts';

/** Our own SQLSTATEs; `api/sql/README.md` is their registry, a test keeps the two and the SQL equal. */
export const OWN_SQLSTATES: Record<string, ErrorCode> = {
  CRM01: 'invalid_request',
  CRM02: 'invalid_request',
  CRM03: 'schema_missing',
  CRM04: 'not_found',
  CRM05: 'invalid_request',
  CRM09: 'conflict',
  CRM22: 'idempotency_mismatch',
  CRM29: 'rate_limited',
};

/** Why, where a state of ours leaves only that. Others say it in their detail. */
const OWN_REASONS: Record<string, ErrorReason> = {
  CRM01: 'cursor_unknown',
  CRM02: 'time_zone_unknown',
  CRM04: 'record_unknown',
  CRM05: 'sums_differ',
};

/** A call that failed, as its driver saw it. */
export interface DatabaseFailure {
  /** SQLSTATE, PostgREST's own code (PGRST202 …), `HTTP` and the status of an answer that has neither, or the connection's error code (ECONNREFUSED …). */
  sqlstate: string | undefined;
  message: string;
  detail?: string | undefined;
  cause: unknown;
}

interface Named {
  states: RegExp;
  /**
   * Of Postgres, where the state alone leaves it open: 42501 stands for a missing grant and for hidden rows, and no other
   * field of the error tells them apart.
   */
  says?: RegExp;
  code: ErrorCode;
  message: string;
  /** Seconds. */
  retryAfter?: number;
  reason?: ErrorReason;
}

/** What others than our own functions say, the first match counts. No text of theirs passes: it may quote personal data. */
const NAMED: Named[] = [
  {
    // Undefined column, schema or table, also as the type of its rows; PGRST204 and PGRST205 are a column and a table that
    // PostgREST has not seen.
    states: /^(42P01|42703|42704|3F000|PGRST20[45])$/,
    code: 'schema_missing',
    message: 'The database lacks our tables. Run `npm run migrate`, then try again.',
    reason: 'tables_missing',
  },
  {
    states: /^42883$/,
    code: 'schema_missing',
    message: 'The database lacks our functions. Run `npm run migrate`, then try again.',
    reason: 'functions_missing',
  },
  {
    states: /^42501$/,
    says: /row-level security/,
    code: 'schema_missing',
    message:
      "Row level security shuts the role of this API out. Its owner must give it the project's secret key, or a role with bypassrls.",
    reason: 'rows_hidden',
  },
  {
    states: /^42501$/,
    code: 'schema_missing',
    message:
      'A grant is missing: the role of this API may not use our tables or functions. Run `npm run migrate`, which gives it.',
    reason: 'grant_missing',
  },
  {
    states: /^PGRST202$/,
    code: 'schema_missing',
    message:
      "The Data API of Supabase does not know our functions: they are missing, or its schema cache is stale. Run `npm run migrate`, which makes the ones and reloads the other (`notify pgrst, 'reload schema'`).",
    reason: 'schema_cache_stale',
  },
  {
    // Class 22, data exception: passed our checks all the same.
    states: /^22/,
    code: 'invalid_request',
    message: 'The request holds a value that the database cannot store.',
  },
  {
    // Supabase answers 540 for a project that was paused for want of use.
    states: /^HTTP540$/,
    code: 'database_unavailable',
    message: 'The Supabase project is paused. Its owner can resume it in the dashboard.',
    retryAfter: 60,
    reason: 'project_paused',
  },
  {
    states: /^(28...|PGRST30.|HTTP40[13])$/,
    code: 'database_unavailable',
    message: 'The database refuses the key or password of this API. Its owner must set the right one.',
    retryAfter: 60,
    reason: 'credentials_refused',
  },
  {
    // Node's and OpenSSL's names for a certificate that does not hold.
    states: /CERT|^(ERR_TLS_|UNABLE_TO_|HOSTNAME_MISMATCH$|INVALID_(CA|PURPOSE)$)/,
    code: 'database_unavailable',
    message:
      'The certificate of the database is not accepted: it has expired, is for another host, or is signed by nobody this API knows. Its owner can renew it, or name its root certificate in DATABASE_URL with `sslrootcert=<file>`.',
    retryAfter: 60,
    reason: 'certificate_refused',
  },
  {
    // Conflicts between transactions, no such database, a server that became a replica, shutdown, lost connections, exhausted
    // resources, PostgREST without its database, answers that are no answers of PostgREST: all may work a moment later
    // without a change of the request. Node's own ERR_ codes are no connections.
    states: /^(08|25006|3D|40|53|55|57|58|PGRST00|HTTP|E(?!RR_)[A-Z_]+$)/,
    code: 'database_unavailable',
    message: 'The database does not answer right now. A write that was not confirmed may not be stored; try again.',
    retryAfter: 1,
    reason: 'no_answer',
  },
];

/**
 * Names a failure of Postgres, or of PostgREST before it, by one of our error codes.
 * @returns the error to throw; a failure without a name becomes `internal`
 */
export function databaseError(failure: DatabaseFailure): ApiError {
  const { sqlstate = 'ECONNRESET', message, detail, cause } = failure;
  const own = OWN_SQLSTATES[sqlstate];
  if (own) return new ApiError(own, message, { cause, reason: OWN_REASONS[sqlstate], ...detailsIn(detail) });
  const named = NAMED.find(({ states, says }) => states.test(sqlstate) && (!says || says.test(message)));
  if (named) {
    const { code, retryAfter, reason } = named;
    return new ApiError(code, named.message, { cause, retryAfter, reason });
  }
  return new ApiError(
    'internal',
    'Something failed on our side. Try again; a repeated submissionId is never stored twice.',
    { cause },
  );
}

/** What our own functions say beside the message, as JSON. */
const ownDetail = z.object({
  retryAfter: z.number().optional(),
  fields: z.record(z.string(), z.string()).optional(),
  reason: z.enum(ERROR_REASONS).optional(),
});

const detailsIn = (detail: string | undefined): ErrorDetails => (detail ? ownDetail.parse(JSON.parse(detail)) : {});
