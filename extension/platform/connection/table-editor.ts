import type { Connection } from '../browser/storage.ts';

const DASHBOARD = 'https://supabase.com/dashboard/project';

interface Project {
  /** As the API's report or /health names it. */
  projectRef: string | null;
  /** The project that the person signed in to; it goes before what the API says. */
  supabase?: Connection['supabase'] | undefined;
}

const refOfHost = (url: string) => /^https:\/\/([a-z0-9]+)\.supabase\.(co|in)$/.exec(url)?.[1] ?? null;

/**
 * Where the Supabase dashboard shows the table.
 * @param tableId of `DirectTable.tableId`; without it the editor opens on the schema, and the table is one click away
 * @returns null for a project that the dashboard does not host
 */
export function tableEditorUrl({ projectRef, supabase }: Project, tableId: number | null = null): string | null {
  const ref = supabase ? refOfHost(supabase.url) : projectRef;
  // What the API says becomes part of an address that somebody is sent to.
  if (ref === null || !/^[a-z0-9]{1,40}$/.test(ref)) return null;
  return `${DASHBOARD}/${ref}/editor${tableId === null ? '' : `/${tableId}`}?schema=public`;
}
