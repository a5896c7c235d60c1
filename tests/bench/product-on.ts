import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../api/embedded/postgres.ts';
import { migrate } from '../../api/sql/migrate.ts';

const NODE_ENTRY = resolve(import.meta.dirname, '../../api/node/main.ts');

export interface BenchServer {
  /** A migrated database of this name, filled by the statement. */
  createDatabase(name: string, fill?: string): Promise<string>;
  /** The product on that database, in a process of its own as `npm start` has it. */
  startProduct(databaseUrl: string): Promise<{ url: string; connectionCode: string }>;
  /** Ends all of it and throws the data away. */
  stop(): Promise<void>;
}

/** Starts a real Postgres with its ordinary settings for one benchmark. */
export async function startBenchServer(): Promise<BenchServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'crm-bench-'));
  // Else root's Postgres, which runs as another user, would keep its cluster elsewhere.
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir, port: 0, log: () => undefined });
  const stops: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true }), () => server.stop()];

  async function query(connectionString: string, ...statements: string[]) {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }

  return {
    async createDatabase(name, fill) {
      await query(server.url, `create database "${name}"`);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      await migrate(url.href, 'kv_store_3cbf86a5');
      // As autovacuum leaves a table that has been there for a while.
      if (fill) await query(url.href, fill, 'vacuum analyze', 'checkpoint');
      return url.href;
    },
    async startProduct(databaseUrl) {
      const child = spawn(process.execPath, [NODE_ENTRY], {
        env: { PATH: process.env.PATH, PORT: '0', DATABASE_URL: databaseUrl, DATA_DIR: join(dataDir, 'keys') },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      stops.push(() => {
        child.kill('SIGTERM');
        return ended;
      });
      const said: Record<string, string> = {};
      for await (const line of createInterface({ input: child.stdout })) {
        const [, name = '', value = ''] = /^(ready|connection code|extension):? (\S+)/.exec(line) ?? [];
        said[name] = value;
        if (name === 'extension') return { url: said.ready ?? '', connectionCode: said['connection code'] ?? '' };
      }
      throw new Error('The product ended before it was ready.');
    },
    async stop() {
      for (const end of stops.splice(0).reverse()) await end();
    },
  };
}
