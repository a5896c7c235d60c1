import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { StartError } from '../errors.ts';

/**
 * Settles the port PostgreSQL will listen on.
 * @param wanted the port that was asked for, 0 for any
 * @param previous the port of the last run, taken again when nothing else has it
 * @returns a port that was free a moment ago
 * @throws StartError when the port that was asked for is taken
 */
export async function choosePort(wanted: number, previous: number | undefined): Promise<number> {
  if (wanted) {
    const problem = await tryPort(wanted);
    if (problem) throw portTaken(wanted, problem);
    return wanted;
  }
  if (previous && !(await tryPort(previous))) return previous;
  for (let attempt = 0; attempt < 100; attempt++) {
    // Below what systems hand out for outgoing connections, so that no such connection sits there at a restart.
    const port = randomInt(20_000, 32_000);
    if (!(await tryPort(port))) return port;
  }
  throw new StartError('No free port was found on 127.0.0.1; set PG_PORT to one that PostgreSQL may use.');
}

/** The sentence for a port that PostgreSQL cannot have. */
export function portTaken(port: number, reason: string): StartError {
  return new StartError(
    `Port ${port} on 127.0.0.1 cannot be used (${reason}); stop the program that uses it, or set PG_PORT to another port.`,
  );
}

function tryPort(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
