import { createClient, PostgrestError } from '@supabase/supabase-js';
import { CALL_MS, type Database, type Json } from '../database.ts';
import { databaseError } from '../sqlstates.ts';

const PAUSE_MS = 150;

export interface SupabaseOptions {
  /** Of the project, like https://abcdefghijklmnopqrst.supabase.co. */
  url: string;
  /** The secret key, or the legacy service_role key. */
  key: string;
  fetch?: typeof fetch;
}

/** A call that did not give what our functions give; `sqlstate` as sqlstates.ts takes it. */
interface Failure {
  sqlstate: string;
  error: PostgrestError;
}

/** The database door over PostgREST of a Supabase project. One call is one request, unless that one request is lost. */
export function supabaseDatabase({ url, key, fetch }: SupabaseOptions): Database {
  const client = createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    ...(fetch && { global: { fetch } }),
  });

  async function request(name: string, payload: Json): Promise<{ data: unknown } | Failure> {
    const late = AbortSignal.timeout(CALL_MS);
    const { data, error, status } = await client.rpc(name, { payload }).abortSignal(late);
    // All our functions give an object. The client takes some error pages for an empty success.
    if (!error && typeof data === 'object' && data !== null) return { data };
    const { message = '', details = '', hint = '', code = '' }: Partial<PostgrestError> = error ?? {};
    const sqlstate = code || (status !== 0 ? `HTTP${status}` : late.aborted ? 'ETIMEDOUT' : 'ECONNRESET');
    return { sqlstate, error: new PostgrestError({ message, details, hint, code: sqlstate }) };
  }

  return {
    async call(name, payload) {
      let result = await request(name, payload);
      if ('error' in result && mayRepeat(result.sqlstate, name, payload)) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (1 + Math.random())));
        result = await request(name, payload);
      }
      if ('data' in result) return result.data;
      const { sqlstate, error } = result;
      throw databaseError({ sqlstate, message: error.message, detail: error.details, cause: error });
    },
    // Every call is a request of its own: there is nothing to close.
    close: async () => undefined,
  };
}

/** Postgres undid the transaction, which says for certain that nothing was stored. */
const UNDONE = /^40/;
/** The request or its answer was lost on the way, so something may have been stored. */
const LOST = /^(ECONNRESET|08|57P0|PGRST00[012]|HTTP50[234])/;

/**
 * Whether a failed call may be sent once more without doing anything twice: reads, and what the database knows again
 * by its submission id. What was late or refused for want of room is not repeated: that would make it worse.
 */
function mayRepeat(sqlstate: string, name: string, payload: Json): boolean {
  if (UNDONE.test(sqlstate)) return true;
  const isRead = /^crm_(check|get|list)_/.test(name);
  const isKnownAgain =
    typeof payload === 'object' && payload !== null && 'submissionId' in payload && payload.submissionId !== undefined;
  return LOST.test(sqlstate) && (isRead || isKnownAgain);
}
