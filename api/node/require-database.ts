import { errorReply } from '../../shared/contract/errors.ts';
import { createApp } from '../app.ts';
import type { Deps } from '../http/deps.ts';
import { StartError } from '../start-error.ts';

const CHECK =
  'check that it runs and that DATABASE_URL has the right host, port, user, password and database name, or SUPABASE_URL and SUPABASE_SECRET_KEY are those of one project.';

/**
 * Asks an app with these deps whether its database works before anybody else does. One without our schema may still be migrated
 * while we serve, and every request says so until then.
 * @throws StartError when it does not answer
 */
export async function requireDatabase(deps: Deps, log: (line: string) => void): Promise<void> {
  const app = createApp({ ...deps, report: () => undefined });
  const reply = await app.request('/health');
  if (reply.ok) return;
  const { code, reason, message } = errorReply.parse(await reply.json()).error;
  if (code === 'schema_missing') return log(message);
  if (reason === 'certificate_refused') throw new StartError(message);
  const said = reason === 'no_answer' ? 'The database does not answer' : message.replace(/\.$/, '');
  throw new StartError(`${said}: ${CHECK}`);
}
