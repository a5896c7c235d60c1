import type { z } from 'zod';
import { changesReply } from '../../shared/contract/changes.ts';
import { type SchemaReply, schemaReply } from '../../shared/contract/diagnostics.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { rowsByKeyReply, rowsReply, type SyncReport, syncReply } from '../../shared/contract/sync-report.ts';
import { askFresh } from '../../shared/proof/fresh-answer.ts';
import { hasChanged } from '../../shared/proof/has-changed.ts';
import type { Reader } from '../../shared/proof/table-proof.ts';
import { CALL_MS } from '../database/database.ts';
import type { ProveOptions } from './prove-options.ts';

/** The API gives a call up by then, and one that was lost on the way it may ask once more. */
const TIMEOUT_MS = 2 * CALL_MS;

/** Why something could not be checked; the message is a sentence for the person at the terminal. */
export class Unchecked extends Error {
  override name = 'Unchecked';
}

/** What the walk of the proof reads, and the report of the API itself. */
export interface ProveClient extends Reader {
  report(): Promise<SyncReport>;
  schema(): Promise<SchemaReply>;
}

/** What a refusal is explained with. */
interface Asked {
  host: string;
  keySource: string;
}

function explainFailure(host: string, error: unknown): Unchecked {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new Unchecked(`${host} did not answer within ${TIMEOUT_MS / 1000} seconds.`);
  }
  const { cause } = error instanceof Error ? error : {};
  const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
  return new Unchecked(`Nobody answers at ${host}${code}. Check that the API runs and that the address is right.`);
}

function explainRefusal({ host, keySource }: Asked, { error }: z.infer<typeof errorReply>): Unchecked {
  if (error.code === 'unauthorized') {
    return new Unchecked(
      `The API at ${host} does not know the key ${keySource}. Use the admin key that it was started with: an ADMIN_KEY of the API counts before the file admin-key.`,
    );
  }
  if (error.code === 'forbidden')
    return new Unchecked(`The key ${keySource} may not check ${host}: use its admin key.`);
  if (error.code === 'not_found') {
    return new Unchecked(
      `There is no API of ours at this path of ${host}, or it is older than this command. Check --url, or update the API.`,
    );
  }
  return new Unchecked(`The API at ${host} cannot answer (request ${error.requestId}): ${error.message}`);
}

function readReply<T>(asked: Asked, status: number, text: string, schema: z.ZodType<T>): T {
  const { host } = asked;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Unchecked(`${host} answers with something else than our API would (HTTP ${status}).`);
  }
  const refused = errorReply.safeParse(json);
  if (refused.success) throw explainRefusal(asked, refused.data);
  const reply = schema.safeParse(json);
  if (reply.success) return reply.data;
  throw new Unchecked(
    `${host} answers in a way that this command does not know: it is no API of ours, or of another version.`,
  );
}

/** Asks one API with one key. Everything throws Unchecked; messages say where the key came from and never have it. */
export function createProveClient({ url, key, keySource }: Omit<ProveOptions, 'json'>): ProveClient {
  const { host } = new URL(url);

  async function ask<T>(
    path: string,
    schema: z.ZodType<T>,
    query: Record<string, unknown> = {},
    body?: object,
  ): Promise<T> {
    const address = new URL(url + path);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, String(value));
    let answer: { status: number; text: string };
    try {
      const response = await fetch(address, {
        method: body ? 'POST' : 'GET',
        headers: { Authorization: `Bearer ${key}`, ...(body && { 'Content-Type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        cache: 'no-store',
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      answer = { status: response.status, text: await response.text() };
    } catch (error) {
      throw explainFailure(host, error);
    }
    return readReply({ host, keySource }, answer.status, answer.text, schema);
  }

  async function askAnew<T extends { nonce: string | null }>(path: string, schema: z.ZodType<T>): Promise<T> {
    const { reply, isFresh } = await askFresh((nonce) => ask(path, schema, { nonce }));
    if (isFresh) return reply;
    throw new Unchecked('The report is from before it was asked for: something in between keeps older answers.');
  }

  return {
    report: async () => (await askAnew('/sync', syncReply)).report,
    schema: () => askAnew('/diagnostics/schema', schemaReply),
    rows: ({ entity, after, limit, whole, nonce }) =>
      ask('/sync/rows', rowsReply, {
        entity,
        ...(after !== null && { after }),
        limit,
        whole: whole ? '1' : '0',
        nonce,
      }),
    rowsByKey: (body) => ask('/sync/rows', rowsByKeyReply, {}, body),
    movedSince: (cursor, entity) =>
      hasChanged(cursor, entity, (after) => ask('/changes', changesReply, { after, limit: 200 })),
  };
}
