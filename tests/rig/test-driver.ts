import { inject } from 'vitest';
import type { Database } from '../../api/database/database.ts';
import { postgresDatabase } from '../../api/database/drivers/postgres.ts';
import { supabaseDatabase } from '../../api/database/drivers/supabase.ts';
import { startSupabaseProject } from './supabase-project.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Which driver the API under test uses; each suite of the contract runs with both. */
    driver: 'postgres' | 'supabase';
  }
}

/** Opens the database through the driver of this run; behind `supabase` stands a project of its own. */
export async function openTestDriver(databaseUrl: string): Promise<Database> {
  if (inject('driver') !== 'supabase') return postgresDatabase(databaseUrl);
  const project = await startSupabaseProject(databaseUrl);
  const { call } = supabaseDatabase({ url: project.url, key: project.keys.secret });
  return { call, close: () => project.stop() };
}
