import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { order } from '../../../shared/contract/order.ts';
import { user } from '../../../shared/contract/user.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const KINDS = [
  { kind: 'user', schema: user, valid: { id: 'user_1_a', email: 'a@b.co' } },
  { kind: 'order', schema: order, valid: { id: 'order_1_a', userId: 'user_1_a', total: 1 } },
];
const values = fc.constantFrom<unknown>(
  ...[
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
    [{ a: 'b' }],
    [{}, 'x'],
    -1,
    0.5,
  ],
);

describe.each(KINDS)('what keeps a value from being one $kind', ({ kind, schema, valid }) => {
  const problem = async (value: unknown) => {
    const [row] = await database.sql<{ problem: string | null }>(`select crm.${kind}_problem($1, $2) as problem`, [
      valid.id,
      JSON.stringify(value),
    ]);
    return row?.problem ?? null;
  };

  it('is nothing for the least one, and said for what lacks a part of it', async () => {
    expect(await problem(valid)).toBeNull();
    for (const name of Object.keys(valid)) expect(await problem({ ...valid, [name]: undefined })).toMatch(`${name}: `);
    expect(await problem([])).toMatch(/^id: /);
  });

  it('agrees with the schema on any field that the schema names', async () => {
    const names = Object.keys(schema.shape).filter((name) => name !== 'id');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), values, async (name, value) => {
        const row = { ...valid, [name]: value };
        expect((await problem(row)) === null, JSON.stringify(row)).toBe(schema.safeParse(row).success);
      }),
      { numRuns: 500 },
    );
  });
});
