import { z } from 'zod';
import { canaryBody, canaryReply, schemaReply } from '../../../shared/contract/diagnostics.ts';
import { freshQuery } from '../../../shared/contract/sync-report.ts';
import { SCHEMA_VERSION } from '../../database/database.ts';
import { schemaChecks, schemaFacts } from '../../database/schema-checks.ts';
import type { Deps } from '../deps.ts';
import { type Route, route } from '../route.ts';

const writtenCanary = canaryReply.shape.written.omit({ ms: true }).extend({
  key: canaryReply.shape.key,
  leftovers: canaryReply.shape.leftovers,
});
const foundCanary = z.object({ text: z.string().nullable(), digest: z.string().nullable() });
const stored = z.object({ nonce: z.string() });

/** A database that was late is late for this too, and the caller has waited long enough. */
const REMOVAL_MS = 2_000;

/** Whether the text that came back is a canary with this caller's nonce. */
function holdsNonce(text: string, nonce: string): boolean {
  return stored.safeParse(JSON.parse(text)).data?.nonce === nonce;
}

/** /diagnostics: does the database do what this API relies on. */
export function diagnosticsRoutes({ database, config, clock, wait }: Deps): Route[] {
  async function timed<Result>(work: Promise<Result>): Promise<[Result, number]> {
    const start = clock();
    return [await work, clock() - start];
  }

  /** Each step is a transaction of its own. The row has the request's id, so it can be removed even when no step answered. */
  async function testWriting(id: string, nonce: string) {
    const remove = () => database.call('crm_remove_canary', { id });
    const find = async () => foundCanary.parse(await database.call('crm_get_canary', { id }));
    try {
      const [answer, writtenMs] = await timed(database.call('crm_write_canary', { id, nonce }));
      const [found, readMs] = await timed(find());
      const [, removedMs] = await timed(remove());
      const { key, leftovers, ...written } = writtenCanary.parse(answer);
      const { text, digest } = found;
      const gone = (await find()).text === null;
      return {
        key,
        written: { ...written, ms: writtenMs },
        read: text === null || digest === null ? null : { text, digest, ms: readMs },
        matches: text !== null && text === written.text && digest === written.digest && holdsNonce(text, nonce),
        gone,
        removedMs,
        leftovers,
      };
    } catch (error) {
      // What failed first is what the caller must know. A row that stays all the same goes with a later test.
      const removal = remove().catch(() => undefined);
      await Promise.race([removal, wait(REMOVAL_MS)]);
      throw error;
    }
  }

  return [
    route(
      {
        method: 'POST',
        path: '/diagnostics/canary',
        summary: 'Write a row that is no record, read it back, compare, remove it and look again',
        who: 'admin',
        body: canaryBody,
        example: { nonce: 'any-text-of-yours' },
        replies: { 200: canaryReply },
      },
      async ({ context, body }) =>
        context.json({ success: true, ...(await testWriting(context.get('requestId'), body.nonce)) }),
    ),
    route(
      {
        method: 'GET',
        path: '/diagnostics/schema',
        summary: 'Compare the catalogue of Postgres with what this API needs',
        who: 'admin',
        query: freshQuery,
        replies: { 200: schemaReply },
      },
      async ({ context, query: { nonce = null } }) => {
        const facts = schemaFacts.parse(await database.call('crm_get_schema', {}));
        const checks = schemaChecks(facts, config.KV_TABLE);
        return context.json({
          success: true,
          nonce,
          version: facts.settings?.version ?? 0,
          expectedVersion: SCHEMA_VERSION,
          ok: checks.every(({ ok }) => ok),
          checks,
        });
      },
    ),
  ];
}
