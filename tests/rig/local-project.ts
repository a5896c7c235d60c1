import { resolve } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../api/embedded/postgres.ts';
import { findKey } from '../../api/node/keys.ts';
import { migrate } from '../../api/sql/migrate.ts';
import { type AuthServerOptions, startAuthServer } from './auth-server.ts';
import { type EdgeFunction, edgeEnvironment, startEdgeFunction } from './edge-function.ts';
import { type SupabaseProject, startSupabaseProject } from './supabase-project.ts';
import { SUPABASE_ROLES } from './supabase-roles.ts';

/** A whole project that keeps its data: Postgres with fsync on, PostgREST, sign-in, gateway and the deployed function. */
export interface LocalProject {
  /** Of our API in it. */
  url: string;
  adminKey: string;
  dataDir: string;
  databaseUrl: string;
  /** A shell command that opens psql on it. */
  psql: string;
  project: SupabaseProject;
  edge: EdgeFunction;
  stop(): Promise<void>;
}

interface LocalOptions {
  dataDir: string;
  port?: number;
  users?: AuthServerOptions['users'];
  /** More of what the function is told. */
  environment?: Record<string, string>;
  log?: (line: string) => void;
}

/** Starts a project on a data folder. */
export async function startLocalProject(options: LocalOptions): Promise<LocalProject> {
  const { port = 0, users = [], environment, log = () => undefined } = options;
  const dataDir = resolve(options.dataDir);
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const postgres = await startEmbeddedPostgres({ dataDir, port: 0, log });
    stops.push(() => postgres.stop());
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(SUPABASE_ROLES);
    await client.end();
    await migrate(postgres.url, 'kv_store_3cbf86a5');

    const auth = await startAuthServer({ users });
    stops.push(() => auth.close());
    let edge: EdgeFunction | undefined;
    const project = await startSupabaseProject(postgres.url, {
      signingKeys: auth.jwks().keys,
      auth: { host: '127.0.0.1', port: auth.port },
      functions: () => (edge ? { host: '127.0.0.1', port: edge.port } : null),
      port,
    });
    stops.push(() => project.stop());
    auth.standBehind(project.url);

    const adminKey = findKey(undefined, dataDir, 'admin-key');
    edge = await startEdgeFunction({
      ...edgeEnvironment(project),
      SUPABASE_JWKS: JSON.stringify(auth.jwks()),
      ADMIN_KEY: adminKey,
      ...environment,
    });
    stops.push(edge.stop);
    return {
      url: `${project.url}/functions/v1/make-server-3cbf86a5`,
      adminKey,
      dataDir,
      databaseUrl: postgres.url,
      psql: `psql "$(cat '${postgres.urlFile}')"`,
      project,
      edge,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
