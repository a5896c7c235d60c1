import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../api/embedded/postgres.ts';
import { migrate } from '../../api/sql/migrate.ts';
import { SUPABASE_ROLES } from './supabase-roles.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the server that every test clones its database on. */
    postgresUrl: string;
  }
}

export const TEMPLATE = 'crm_template';

/** Starts one real Postgres for the whole run and migrates the template that tests clone. */
export default async function setup(project: TestProject) {
  const dataDir = await mkdtemp(join(tmpdir(), 'crm-tests-'));
  // Else root's Postgres, which runs as another user, would keep its cluster elsewhere.
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir,
    port: 0,
    log: () => undefined,
    // As durable as the product's own: the sync report would rightly call anything less a drift.
    settings: { max_connections: '300' },
  });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  // So that grants are tested as they are there.
  await client.query(SUPABASE_ROLES);
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const template = new URL(server.url);
  template.pathname = `/${TEMPLATE}`;
  await migrate(template.href, 'kv_store_3cbf86a5');
  project.provide('postgresUrl', server.url);

  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
