import type { Hono } from 'hono';
import { errorReply } from '../../shared/errors.ts';
import type { AppEnv } from '../deps.ts';
import { StartError } from '../start-error.ts';

/**
 * Asks the app itself whether its database works before anybody else does. One without our schema may still be migrated
 * while we serve, and every request says so until then.
 * @throws StartError when it does not answer
 */
export async function requireDatabase(app: Hono<AppEnv>, log: (line: string) => void): Promise<void> {
  const reply = await app.request('/health');
  if (reply.ok) return;
  const { error } = errorReply.parse(await reply.json());
  if (error.code !== 'schema_missing') {
    // What a refused key or a paused project says of itself comes first.
    const said = error.message.startsWith('The database does not answer')
      ? 'The database does not answer.'
      : error.message;
    throw new StartError(
      `${said.replace(/\.$/, '')}: check that it runs and that DATABASE_URL has the right host, port, user, password and database name, or SUPABASE_URL and SUPABASE_SECRET_KEY are those of one project.`,
    );
  }
  log(error.message);
}
