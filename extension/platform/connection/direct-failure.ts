import { z } from 'zod';
import { TIMEOUT_MS } from '../api/api.ts';
import { Failure } from '../api/failure.ts';

/** Which table was read where. */
export interface WhereRead {
  /** Of the Supabase project, without a slash at the end. */
  projectUrl: string;
  table: string;
}

interface Fault {
  /** Of the answer, where there was one. */
  status?: number;
  text?: string;
  cause?: unknown;
}

const postgrestError = z.object({ message: z.string(), code: z.string().optional() });

function errorIn(text: string | undefined): z.infer<typeof postgrestError> | null {
  try {
    return postgrestError.parse(JSON.parse(text ?? ''));
  } catch {
    return null;
  }
}

/** What PostgREST's and Postgres's own codes mean for who reads the table directly. */
function explainCode(code: string, host: string, table: string): string | null {
  if (code === '42501') {
    return `Supabase lets you read nothing of ${table} at ${host}: your account has no role admin or viewer there, or the grant is missing. Ask for the role (\`npm run admin -- add …\`), sign in again, or run \`npm run migrate\`.`;
  }
  if (code === 'PGRST205' || code === '42P01') {
    return `The project at ${host} has no table ${table}. Either the API works on another database, or PostgREST has not seen the table yet: run \`notify pgrst, 'reload schema'\` there.`;
  }
  if (code === 'PGRST301' || code === 'PGRST302' || code === 'PGRST303') {
    return `The project at ${host} does not take your sign-in. Sign in again; if it stays so, the API lets people of another project in.`;
  }
  if (code === '57014') {
    return `${host} stopped reading ${table}: it took longer than your session may. Try again in a minute, when Postgres knows how much the table has grown, or run \`analyze ${table}\`.`;
  }
  return null;
}

/** Why the table could not be read past our API, with the sentence for it. */
export function directFailure({ projectUrl, table }: WhereRead, { status, text, cause }: Fault): Failure {
  const { host } = new URL(projectUrl);
  if (cause instanceof DOMException && cause.name === 'TimeoutError') {
    return new Failure('timeout', `${host} did not answer within ${TIMEOUT_MS / 1000} seconds.`, { cause });
  }
  if (status === undefined && cause instanceof TypeError) {
    return new Failure(
      'unreachable',
      `Nobody answers at ${host}. A free project may be paused: open it in the dashboard.`,
      {
        cause,
      },
    );
  }
  if (status === 540) {
    return new Failure('unreachable', `The project at ${host} is paused. Open it in the dashboard and restore it.`);
  }
  const said = errorIn(text);
  const known = said?.code === undefined ? null : explainCode(said.code, host, table);
  if (known !== null) return new Failure('rejected', known, { cause: said });
  if (status !== undefined && status >= 500) {
    return new Failure('unreachable', `The Data API of ${host} cannot answer now (HTTP ${status}). Try again.`, {
      cause: said,
    });
  }
  if (said !== null && status !== undefined && status >= 400) {
    return new Failure('rejected', `${host} refused to show ${table}: ${said.message} (HTTP ${status}).`, {
      cause: said,
    });
  }
  return new Failure('foreign', `${host} answered with something else than PostgREST would.`, { cause });
}
