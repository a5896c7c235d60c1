import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../rig/database.ts';
import { capture, captureLead, indexedIds, storedIds } from './call.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 12 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const SUBMISSIONS = Array.from({ length: 4 }, () => crypto.randomUUID());
const limits = { perAddress: 1_000_000, perService: 1_000_000 };

it('writes of every kind on the same few records at once never lock each other out, and leave the index right', async () => {
  const anyOne = (from: string) => `(select ${from} order by random() limit 1)`;
  const lead = anyOne("substr(key, 6) from kv_store_3cbf86a5 where key ~ '^lead:'");
  const held = anyOne('id from crm.held_submissions');
  const writes = [
    ...SUBMISSIONS.flatMap(
      (submissionId) =>
        [
          ['crm_capture_lead', capture({ email: 'a@b.co' }, { submissionId, limits, address: 'x' })],
          [
            'crm_capture_lead',
            capture({ email: 'a@b.co' }, { submissionId, limits, address: 'y', suspicions: ['many_links'] }),
          ],
        ] as const,
    ),
    ['crm_capture_lead', capture({ email: 'a@b.co' }, { limits, suspicions: ['many_links'] })],
    ['crm_release_held', { id: held, actor: 'x' }],
    ['crm_delete_held', { id: held }],
    ['crm_update_lead', { id: lead, patch: { notes: 'x' }, actor: 'x' }],
    ['crm_delete_lead', { id: lead, actor: 'x' }],
    ['crm_add_seed', { actor: 'x' }],
    ['crm_remove_seed', { actor: 'x' }],
  ] as const;
  for (let i = 0; i < 20; i++) await captureLead(database);
  const failures: string[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...writes), { minLength: 30, maxLength: 30 }), async (burst) => {
      await Promise.all(
        burst.map(async ([name, payload]) => {
          const { id, ...rest } = payload as { id?: string };
          const text = id === undefined ? '$1::jsonb' : `$1::jsonb || jsonb_build_object('id', ${id})`;
          await pool
            .query(`select public.${name}(${text})`, [JSON.stringify(rest)])
            .catch((error: pg.DatabaseError) => failures.push(String(error.code)));
        }),
      );
      expect(failures.filter((code) => code !== 'CRM04')).toEqual([]);
      const ids = await storedIds(database);
      expect([...(await indexedIds(database))].sort()).toEqual([...ids].sort());
    }),
    { numRuns: 15 },
  );
});
