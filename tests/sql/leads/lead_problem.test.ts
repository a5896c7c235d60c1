import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lead } from '../../../shared/contract/lead.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';

const ID = 'lead_1736177352123_abc123def';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function problem(value: unknown): Promise<string | null> {
  const [row] = await database.sql<{ problem: string | null }>('select crm.lead_problem($1, $2) as problem', [
    ID,
    JSON.stringify(value),
  ]);
  return row?.problem ?? null;
}

it.each([
  [{ id: ID, email: 'a@b.co' }, null],
  [
    { id: ID, email: 'a@b.co', name: null, interests: null, utm: null, consent: null, seed: null, other: { any: [1] } },
    null,
  ],
  [
    {
      id: ID,
      email: 'a@b.co',
      interests: [],
      utm: {},
      fields: {},
      seed: true,
      consent: { given: true, text: 'x', more: 1 },
    },
    null,
  ],
  [{ id: ID }, 'email: no address'],
  [{ id: ID, email: '' }, 'email: no address'],
  [{ id: ID, email: ['a@b.co'] }, 'email: no address'],
  [{ email: 'a@b.co' }, `id: not ${ID}`],
  [{ id: 'lead_1_x', email: 'a@b.co' }, `id: not ${ID}`],
  [{ id: ID, email: 'a@b.co', name: 5 }, 'name: no text'],
  [{ id: ID, email: 'a@b.co', interests: ['a', null] }, 'interests: no list of texts'],
  [{ id: ID, email: 'a@b.co', fields: [] }, 'fields: no object of texts'],
  [{ id: ID, email: 'a@b.co', consent: { given: 1, text: 'x' } }, 'consent: no consent'],
])('of %j says %j', async (value, expected) => {
  expect(await problem(value)).toBe(expected);
});

it('agrees with the schema of a stored lead on any field that the schema names', async () => {
  const texts = fc.constantFrom<unknown>(
    'x',
    '',
    5,
    true,
    null,
    [],
    {},
    ['a'],
    ['a', 1],
    [['a']],
    [null],
    { a: 'b' },
    { a: 1 },
    { a: null },
    { a: ['b'] },
    [{ a: 'b' }],
    { given: true, text: 'x' },
    { given: true },
    { given: 'x', text: 'x' },
    { given: true, text: 5 },
    [{ given: true, text: 'x' }],
  );
  const names = Object.keys(lead.shape).filter((name) => name !== 'id');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), texts, async (name, value) => {
      const row = { id: ID, email: 'a@b.co', [name]: value };
      expect((await problem(row)) === null, JSON.stringify(row)).toBe(lead.safeParse(row).success);
    }),
    { numRuns: 500 },
  );
});
