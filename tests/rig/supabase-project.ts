import { type Postgrest, type PostgrestOptions, startPostgrest } from './postgrest.ts';
import { createProjectKeys, type Gateway, type ProjectKeys, startGateway, type Upstream } from './supabase-gateway.ts';

/** A Supabase project on this machine: the real PostgREST on a database, behind one address. */
export interface SupabaseProject {
  url: string;
  keys: ProjectKeys;
  gateway: Gateway;
  postgrest: Postgrest;
  stop(): Promise<void>;
}

export interface ProjectOptions {
  /** Public keys of the sign-in server, whose tokens PostgREST then takes. */
  signingKeys?: object[];
  auth?: Upstream;
  /** Where the edge functions run; called anew for each request. */
  functions?: () => Upstream | null;
  settings?: PostgrestOptions['settings'];
  /** The role that the secret keys act as. */
  serviceRole?: string;
  port?: number;
}

/** Starts a project on a database that has Supabase's roles. */
export async function startSupabaseProject(
  databaseUrl: string,
  options: ProjectOptions = {},
): Promise<SupabaseProject> {
  const { signingKeys = [], auth, functions, settings, serviceRole, port } = options;
  const keys = await createProjectKeys(serviceRole);
  const secret = { kty: 'oct', alg: 'HS256', k: Buffer.from(keys.jwtSecret).toString('base64url') };
  const keySet = { keys: [secret, ...signingKeys] };
  const postgrest = await startPostgrest({ databaseUrl, keySet, ...(settings && { settings }) });
  const { socket } = postgrest;
  const gateway = await startGateway(
    keys,
    {
      '/rest/v1': () => ({ socketPath: socket }),
      '/auth/v1': () => auth ?? null,
      '/functions/v1': () => functions?.() ?? null,
    },
    port,
  );
  return {
    url: gateway.url,
    keys,
    gateway,
    postgrest,
    async stop() {
      await gateway.close();
      await postgrest.stop();
    },
  };
}
