/** A JSON value as it crosses the door to Postgres. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json | undefined };

/**
 * After which a driver gives a call up. Form and extension wait 20 seconds for us, so they mostly hear why; functions that may
 * take long end themselves before, by their own statement_timeout.
 */
export const CALL_MS = 15_000;

/** The one door to Postgres. Drivers stand behind it; routes see nothing else of the database. */
export interface Database {
  /**
   * Calls one SQL function `public.<name>(payload jsonb) returns jsonb`: one round trip, one transaction, resolved after COMMIT.
   * @throws ApiError for everything that can be named; see sqlstates.ts
   */
  call(name: `crm_${string}`, payload: Json): Promise<unknown>;
  /** Lets running calls finish and closes the connections. */
  close(): Promise<void>;
}

/**
 * The number of the last migration in `api/sql/migrations`; a test keeps the two equal. A release whose API needs other functions than
 * the one before adds a migration, so that a database without them is named.
 */
export const SCHEMA_VERSION = 7;
