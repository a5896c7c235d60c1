import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { TEMPLATE } from './postgres.ts';

export interface TestDatabase {
  url: string;
  /** Runs SQL as the owner and gives the rows. */
  sql<Row extends pg.QueryResultRow = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Runs SQL as one of the roles of a Supabase project. */
  sqlAs(
    role: 'anon' | 'authenticated' | 'service_role',
    text: string,
    values?: unknown[],
  ): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

let server: pg.Pool | undefined;

/** Through one connection of the worker: a new one maps the whole buffer cache again, which takes longer than the copy. */
async function onServer(statement: string): Promise<void> {
  server ??= new pg.Pool({ connectionString: inject('postgresUrl'), max: 1, allowExitOnIdle: true });
  await server.query(statement);
}

/** Connections to a database that a test drops: a pool calls itself ended before they are, and being ended is no fault of theirs. */
export function createPool(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString, max });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * A database of this test's own, on the real server.
 * @param template `empty` for one without our schema
 */
export async function createTestDatabase(template: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(`create database ${name} template ${template === 'migrated' ? TEMPLATE : 'template0'}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  const pool = createPool(url.href, 4);

  return {
    url: url.href,
    async sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]) {
      return (await pool.query<Row>(text, values)).rows;
    },
    async sqlAs(role, text, values) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        await client.query(`set local role ${role}`);
        const { rows } = await client.query(text, values);
        await client.query('commit');
        return rows;
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    },
    async drop() {
      await pool.end();
      await onServer(`drop database ${name} with (force)`);
    },
  };
}
