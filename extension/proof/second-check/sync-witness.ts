import { signal } from '@preact/signals';
import { ENTITIES, type SyncEntity } from '../../../shared/contract/sync-report.ts';
import type { Reader, Walk } from '../../../shared/proof/table-proof.ts';
import type { Connection } from '../../platform/browser/storage.ts';
import { type DirectTable, directTableOf, hasWitness } from '../../platform/connection/direct-table.ts';
import { tableEditorUrl } from '../../platform/connection/table-editor.ts';
import { createPart } from '../check/sync-part.ts';
import { compareKeys, compareWitness } from './witness.ts';
import type { WitnessReport } from './witness-report.ts';

/** Rows of each kind that are compared where the screen shows none. */
const FIRST_ROWS = 20;

interface Options {
  connection: Connection;
  reader: Reader;
  /** Aborts when the connection is closed. */
  closed: AbortSignal;
}

/** What was compared: the rows on the screen, or all rows, but for the kinds whose walk did not come to its end. */
export interface WitnessComparison {
  scope: 'screen' | 'all';
  reports: WitnessReport[];
  notCompared: SyncEntity[];
}

/** The first keys of each kind that the table itself shows. */
async function firstKeys(direct: DirectTable, signal: AbortSignal): Promise<string[]> {
  const keys: string[] = [];
  for (const entity of ENTITIES) {
    for await (const rows of direct.pages(entity, signal)) {
      keys.push(...rows.slice(0, FIRST_ROWS).map(({ key }) => key));
      break;
    }
  }
  return keys;
}

/** The table itself as PostgREST shows it to the signed-in person, past our API, beside what our API says. */
export function createWitness({ connection, reader, closed }: Options) {
  const part = createPart<WitnessComparison>();
  const editorUrl = signal<string | null>(null);
  const sides = { reader, signal: closed };
  let tableId: number | null = null;

  async function run(table: string, compare: (direct: DirectTable) => Promise<WitnessComparison>): Promise<void> {
    if (!hasWitness(connection)) return;
    await part.run(async () => {
      const direct = directTableOf(connection, table);
      const comparison = await compare(direct);
      // The link leads to the right project without it, and to the right table with it.
      tableId ??= await direct.tableId(closed).catch(() => null);
      return comparison;
    });
  }

  return {
    ...part,
    editorUrl,
    /** An API that shows nothing may work on another database: then the first rows that the table shows are compared. */
    compareScreen: (table: string, keys: readonly string[]): Promise<void> =>
      run(table, async (direct) => {
        const compared = keys.length > 0 ? keys : await firstKeys(direct, closed);
        return {
          scope: 'screen',
          reports: [await compareKeys({ ...sides, direct, keys: compared })],
          notCompared: [],
        };
      }),
    /** @param walks those that came to their end, with the digests of their rows */
    compareAll: (table: string, walks: readonly Walk[]): Promise<void> =>
      run(table, async (direct) => {
        const reports: WitnessReport[] = [];
        for (const walk of walks) {
          reports.push(await compareWitness({ ...sides, direct, walk, onProgress: part.advance }));
        }
        const isCompared = (entity: SyncEntity) => walks.some((walk) => walk.entity === entity);
        return { scope: 'all', reports, notCompared: ENTITIES.filter((entity) => !isCompared(entity)) };
      }),
    /** Where the dashboard of Supabase shows the table, once the report has named the project. */
    locate(projectRef: string | null): void {
      editorUrl.value = tableEditorUrl({ projectRef, supabase: connection.supabase }, tableId);
    },
  };
}
