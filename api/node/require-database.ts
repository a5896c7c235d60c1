import { errorReply } from '../../shared/contract/errors.ts';
import { createApp } from '../app.ts';
import type { Deps } from '../http/deps.ts';
import { ApiError } from '../http/errors.ts';
import { StartError } from '../start-error.ts';

const CHECK =
  'check that it runs and that DATABASE_URL has the right host, port, user, password and database name, or SUPABASE_URL and SUPABASE_SECRET_KEY are those of one project.';

/**
 * Asks an app with these deps whether its database works before anybody else does. One without our schema may still be migrated
 * while we serve, and every request says so until then.
 * @throws StartError when it does not answer
 */
export async function requireDatabase(deps: Deps, log: (line: string) => void): Promise<void> {
  let failure: unknown;
  const app = createApp({
    ...deps,
    report: ({ error }) => {
      failure = error;
    },
  });
  const reply = await app.request('/health');
  if (reply.ok) return;
  const { code, message } = errorReply.parse(await reply.json()).error;
  if (code === 'schema_missing') return log(message);
  const reason = failure instanceof ApiError && failure.details.reason;
  if (reason === 'certificate') throw new StartError(message);
  const said = reason === 'silent' ? 'The database does not answer' : message.replace(/\.$/, '');
  throw new StartError(`${said}: ${CHECK}`);
}
