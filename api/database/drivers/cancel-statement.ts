import pg from 'pg';

const CANCEL_MS = 2_000;

/** What node-postgres has beside its types: of a session, the two numbers that Postgres knows it by. */
interface Session {
  host: string;
  port: number;
  processID: number;
  secretKey: number;
}
interface Connection extends pg.Connection {
  connect(port: number | string, host?: string): void;
  cancel(processID: number, secretKey: number): void;
}

/**
 * Asks Postgres to stop what it does for a client. It would not notice that nobody waits any more: a statement that was given up
 * would go on for as long as it takes, with its locks, and be stored after all.
 * @returns when Postgres took the request, or after two seconds; it never says what came of it
 */
export function cancelStatement(client: pg.PoolClient): Promise<void> {
  const { host, port, processID, secretKey } = client as unknown as Session;
  return new Promise((resolve) => {
    const connection = new pg.Connection() as Connection;
    const late = setTimeout(() => connection.stream.destroy(), CANCEL_MS);
    connection.on('error', () => undefined);
    connection.on('connect', () => connection.cancel(processID, secretKey));
    connection.stream.on('close', () => {
      clearTimeout(late);
      resolve();
    });
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
  });
}
