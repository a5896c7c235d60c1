import { ADMIN_KEY, type TestApi, VIEWER_KEY, withKey } from './api.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { type EdgeFunction, edgeEnvironment, startEdgeFunction } from './edge-function.ts';
import { type ProjectOptions, type SupabaseProject, startSupabaseProject } from './supabase-project.ts';

/** The deployed product: the function in Deno, in a project of its own, at the project's address. */
export interface EdgeApi extends Omit<TestApi, 'incidents'> {
  project: SupabaseProject;
  edge: EdgeFunction;
}

interface EdgeOptions extends Pick<ProjectOptions, 'settings' | 'serviceRole'> {
  environment?: Record<string, string>;
  database?: TestDatabase;
}

/** Starts a project on a database of its own and the function in it. Rate limits are lifted unless given. */
export async function startEdgeApi(options: EdgeOptions = {}): Promise<EdgeApi> {
  const { environment, database: given, ...projectOptions } = options;
  const database = given ?? (await createTestDatabase());
  let edge: EdgeFunction | undefined;
  const functions = () => (edge ? { host: '127.0.0.1', port: edge.port } : null);
  const project = await startSupabaseProject(database.url, { functions, ...projectOptions });
  const started = await startEdgeFunction({
    ...edgeEnvironment(project),
    ADMIN_KEY,
    VIEWER_KEY,
    RATE_LIMIT_PER_IP: '0',
    RATE_LIMIT_GLOBAL: '0',
    ...environment,
  });
  edge = started;
  const url = `${project.url}/functions/v1/make-server-3cbf86a5`;
  return {
    url,
    adminKey: ADMIN_KEY,
    viewerKey: VIEWER_KEY,
    database,
    sql: database.sql,
    project,
    edge: started,
    request: withKey(url),
    async close() {
      await started.stop();
      await project.stop();
      await database.drop();
    },
  };
}
