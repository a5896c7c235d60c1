/** `npm run admin -- add someone@example.com [--viewer]`: lets a person with an account of the Supabase project in, or out again. */
import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../config.ts';
import { type RoleChange, setRole } from '../sql/set-role.ts';

const USAGE =
  'Use `npm run admin -- add someone@example.com`, with --viewer for reading only, or `npm run admin -- remove someone@example.com`.';

const REFUSALS: Record<Exclude<RoleChange, 'changed'>, string> = {
  'no accounts': 'This database has no table auth.users: DATABASE_URL must name the Postgres of a Supabase project.',
  'no such person': 'Nobody has an account with this address: sign up first, or invite the person in the dashboard.',
  'several people': 'Several accounts have this address: choose one by its id in the SQL editor (api/sql/README.md).',
};

function readCommand() {
  try {
    const { positionals, values } = parseArgs({ allowPositionals: true, options: { viewer: { type: 'boolean' } } });
    const [verb, email, ...rest] = positionals;
    if (!email?.includes('@') || rest.length > 0) return null;
    if (verb === 'add') return { email, role: values.viewer ? ('viewer' as const) : ('admin' as const) };
    return verb === 'remove' && !values.viewer ? { email, role: null } : null;
  } catch {
    return null;
  }
}

/** @returns what was done; throws ConfigError with what to do instead */
async function run(): Promise<string> {
  const command = readCommand();
  if (!command) throw new ConfigError(USAGE);
  const { email, role } = command;
  const { DATABASE_URL } = readConfig(process.env);
  if (!DATABASE_URL)
    throw new ConfigError(
      'DATABASE_URL is not set: copy the connection string that the dashboard of the project shows.',
    );
  const change = await setRole(DATABASE_URL, email, role);
  if (change !== 'changed') throw new ConfigError(REFUSALS[change]);
  return role === null
    ? `${email} has no role any more. A session that is open keeps it until it is refreshed, within the hour.`
    : `${email} is ${role} from the next sign-in or refresh of the session, within the hour.`;
}

try {
  process.stdout.write(`${await run()}\n`);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const reason = error.message || ('code' in error ? String(error.code) : error.name);
  process.stderr.write(
    error instanceof ConfigError
      ? `${reason}\n`
      : `Nothing was changed: ${reason}. Check that DATABASE_URL is right and that its user may write auth.users.\n`,
  );
  process.exitCode = 1;
}
