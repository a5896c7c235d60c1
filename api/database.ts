/** A JSON value as it crosses the door to Postgres. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json | undefined };

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
