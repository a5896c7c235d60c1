import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../../tests/rig/memory-table.ts';
import { ENTITIES } from '../contract/record-key.ts';
import type { RowsReply } from '../contract/sync-report.ts';
import { proveEntity, Walk } from './table-proof.ts';

const KEYS = { leads: 'lead:lead', users: 'user:user', orders: 'order:order' };
const key = (number: number, entity: keyof typeof KEYS = 'leads') =>
  `${KEYS[entity]}_${1_700_000_000_000 + number}_abc`;

function tableOf(count: number): MemoryTable {
  const table = new MemoryTable();
  for (let i = 1; i <= count; i++) table.put(key(i), `{"id": ${i}}`);
  return table;
}

const isPage = (reply: object): reply is RowsReply => 'nextAfter' in reply;
/** Changes every page of rows on its way, as something in between may. */
const tampered = (table: MemoryTable, change: (page: RowsReply) => Partial<RowsReply>) =>
  table.reader({ bend: (reply) => (isPage(reply) ? { ...reply, ...change(reply) } : reply) });

describe('a table that stands still', () => {
  it('is proven whatever the size of the pages and whichever rows are withheld', async () => {
    const rows = fc.uniqueArray(
      fc.record({ number: fc.nat(500), entity: fc.constantFrom(...ENTITIES), text: fc.string() }),
      {
        selector: ({ number, entity }) => key(number, entity),
        maxLength: 40,
      },
    );
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 12 }), fc.func(fc.boolean()), async (list, limit, hides) => {
        const table = new MemoryTable();
        for (const { number, entity, text } of list) {
          table.put(key(number, entity), text);
          if (hides(number)) table.withheld.add(key(number, entity));
        }
        // Keys of the same beginning that are no records.
        table.put('user:user_1_a:orders', '[]');
        table.put('lead:lead_1_A', '{}');
        for (const entity of ENTITIES) {
          const walk = new Walk(entity, { keepDigests: true });
          const proof = await proveEntity(walk, table.reader(), { limit });
          expect(proof).toMatchObject({ state: 'proven', findings: [], received: table.whole(entity) });
          expect(proof.stored).toEqual(proof.received);
          expect([walk.digests?.size, walk.withheldKeys.size]).toEqual([proof.received.count, proof.received.withheld]);
        }
      }),
    );
  });

  it('says after each page how far it is, and asks for the whole only at both ends', async () => {
    const table = tableOf(7);
    const asked: boolean[] = [];
    const reader = table.reader({
      bend: (reply, question) => {
        if ('whole' in question) asked.push(question.whole === true);
        return reply;
      },
    });
    const seen: [number, number][] = [];
    const onProgress = (walk: Walk) => seen.push([walk.received.count, walk.total]);
    expect((await proveEntity(new Walk('leads'), reader, { limit: 3, onProgress })).state).toBe('proven');
    expect(asked).toEqual([true, false, false, true]);
    expect(seen).toEqual([3, 6, 7, 7].map((count) => [count, 7]));
  });

  it('is gone on with where the walk was left, and nothing is counted twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(8),
        async (count, limit, at) => {
          const table = tableOf(count);
          const walk = new Walk('leads', { keepDigests: true });
          const end = new AbortController();
          let pages = 0;
          const left = proveEntity(walk, table.reader(), {
            limit,
            signal: end.signal,
            onProgress: () => ++pages === at && end.abort(new Error('left')),
          });
          await left.catch((error) => expect(error).toMatchObject({ message: 'left' }));
          const proof = await proveEntity(walk, table.reader(), { limit });
          expect(proof).toMatchObject({ state: 'proven', received: { count } });
          expect(walk.digests?.size).toBe(count);
        },
      ),
    );
  });

  it('is gone on with after a page that did not come', async () => {
    const table = tableOf(9);
    const walk = new Walk('leads');
    let pages = 0;
    const cut = table.reader({
      before: () => {
        if (++pages === 3) throw new Error('cut');
      },
    });
    await expect(proveEntity(walk, cut, { limit: 2 })).rejects.toThrow('cut');
    expect(walk.received.count).toBe(4);
    expect((await proveEntity(walk, table.reader(), { limit: 2 })).state).toBe('proven');
    expect(table.pagesRead).toBe(2 + 4);
  });
});

describe('a table that moves between two pages', () => {
  const move = fc.record({ operation: fc.constantFrom('put', 'remove'), number: fc.nat(12) });
  const moves = fc.array(fc.array(move, { maxLength: 2 }), { maxLength: 12 });

  it.each([
    ['tells of it', false],
    ['holds it back', true],
  ])('is proven only when it is equal at the end, and is never called different, when the log %s', async (_, held) => {
    let unique = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12 }),
        moves,
        fc.integer({ min: 1, max: 4 }),
        async (count, script, limit) => {
          const table = tableOf(count);
          table.isLogHeldBack = held;
          const left = script.values();
          const before = () => {
            for (const { operation, number } of left.next().value ?? []) {
              if (operation === 'put') table.put(key(number), `{"version": ${unique++}}`);
              else table.remove(key(number));
            }
          };
          const { state, received } = await proveEntity(new Walk('leads'), table.reader({ before }), { limit });
          const whole = table.whole('leads');
          const isEqual = received.count === whole.count && received.digest === whole.digest;
          expect(state).toBe(isEqual ? 'proven' : 'pending');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is pending, not different, when a record comes and goes in each of two walks and the log holds back', async () => {
    const table = tableOf(6);
    table.isLogHeldBack = true;
    const passing = key(100);
    const before = () => {
      // There while the second and third pages of each walk are read, and gone at its ends.
      if (table.pagesRead % 4 === 1) table.put(passing, `{"page": ${table.pagesRead}}`);
      if (table.pagesRead % 4 === 3) table.remove(passing);
    };
    const { state, findings } = await proveEntity(new Walk('leads'), table.reader({ before }), { limit: 3 });
    expect([state, findings]).toEqual(['pending', []]);
    expect(table.pagesRead).toBeGreaterThan(4);
  });

  it('is proven by another walk once it rests', async () => {
    const table = tableOf(6);
    const before = () => table.put(key(table.pagesRead), '{"changed": true}');
    expect((await proveEntity(new Walk('leads'), table.reader({ before }), { limit: 2 })).state).toBe('pending');
    expect((await proveEntity(new Walk('leads'), table.reader(), { limit: 2 })).state).toBe('proven');
  });
});

describe('an answer that was changed on its way', () => {
  const walk = (reader: ReturnType<MemoryTable['reader']>, limit = 4) =>
    proveEntity(new Walk('leads'), reader, { limit });
  const finding = async (reader: ReturnType<MemoryTable['reader']>) => {
    const { state, findings, stored } = await walk(reader);
    expect(state).toBe('differs');
    if (findings[0]?.code !== 'whole.differs') expect(stored).toBeNull();
    return findings.map(({ code, keys }) => [code, keys]);
  };
  const edit = (rows: RowsReply['rows'], at: string) =>
    rows.map((row) => (row.key === at ? { ...row, text: row.text.replace('{', '{ ') } : row));

  it('names the row with a changed byte, also when it is changed each time', async () => {
    const table = tableOf(10);
    expect(await finding(tampered(table, ({ rows }) => ({ rows: edit(rows, key(6)) })))).toEqual([
      ['page.differs', [key(6)]],
    ]);
    const always = table.reader({
      bend: (reply) => ('rows' in reply ? { ...reply, rows: edit(reply.rows as RowsReply['rows'], key(7)) } : reply),
    });
    expect(await finding(always)).toEqual([['page.differs', [key(7)]]]);
  });

  it('names a row that was changed once', async () => {
    const table = tableOf(10);
    let isFirst = true;
    const once = tampered(table, ({ rows }) => {
      const bent = isFirst ? edit(rows, key(2)) : rows;
      isFirst = false;
      return { rows: bent };
    });
    expect(await finding(once)).toEqual([['page.differs', [key(2)]]]);
  });

  it('names two rows whose texts were swapped', async () => {
    const swapped = tampered(tableOf(3), ({ rows: [a, b, ...rest] }) => ({
      rows: a && b ? [{ ...a, text: b.text }, { ...b, text: a.text }, ...rest] : [],
    }));
    expect(await finding(swapped)).toEqual([['page.differs', [key(1), key(2)]]]);
  });

  it.each<[string, string[], (page: RowsReply) => Partial<RowsReply>]>([
    ['a forged digest of the page', [], ({ page }) => ({ page: { ...page, digest: 'f'.repeat(64) } })],
    ['a wrong count of the page', [], ({ page }) => ({ page: { ...page, count: page.count + 1 } })],
    ['a row left out of the list alone', [], ({ rows }) => ({ rows: rows.slice(1) })],
    [
      'an invented row',
      [key(3).replace('abc', 'abd')],
      ({ rows }) => ({
        rows: rows.flatMap((row) =>
          row.key === key(3) ? [row, { ...row, key: key(3).replace('abc', 'abd') }] : [row],
        ),
      }),
    ],
  ])('sees %s', async (_, keys, change) => {
    expect(await finding(tampered(tableOf(10), change))).toEqual([['page.differs', keys]]);
  });

  it.each<[string, (page: RowsReply) => Partial<RowsReply>]>([
    ['of an earlier question', () => ({ nonce: 'an-earlier-one' })],
    ['without a word of the question', () => ({ nonce: null })],
    ['for another kind', () => ({ entity: 'orders' })],
    ['without the whole that was asked for', () => ({ whole: null })],
  ])('sees an answer %s', async (_, change) => {
    expect(await finding(tampered(tableOf(3), change))).toEqual([['reply.stale', []]]);
  });

  it.each<[string, string, (page: RowsReply) => Partial<RowsReply>]>([
    ['rows in another order', key(3), ({ rows }) => ({ rows: rows.toReversed() })],
    ['a row twice', key(1), ({ rows }) => ({ rows: rows.slice(0, 1).concat(rows) })],
    ['a row that is also withheld', key(2), () => ({ withheld: [key(2)] })],
    ['withheld rows in another order', key(8), () => ({ withheld: [key(9), key(8)] })],
    ['a row of another kind', key(1, 'orders'), () => ({ withheld: [key(1, 'orders')] })],
    ['a list among the records', 'lead:lead_1_a:orders', () => ({ withheld: ['lead:lead_1_a:orders'] })],
    ['a next page that leaves rows out', key(9), () => ({ nextAfter: key(9) })],
    ['a next page that was there before', key(1), () => ({ nextAfter: key(1) })],
  ])('sees %s', async (_, named, change) => {
    expect(await finding(tampered(tableOf(4), change))).toEqual([['reply.order', [named]]]);
  });

  it('sees rows left out with sums made to fit, because the whole does not, and only after a second walk', async () => {
    const table = tableOf(10);
    const other = tableOf(10);
    other.remove(key(5));
    const reader = {
      ...other.reader({
        bend: (reply) => (isPage(reply) && reply.whole ? { ...reply, whole: table.whole('leads') } : reply),
      }),
      movedSince: async () => false,
    };
    expect(await finding(reader)).toEqual([['whole.differs', []]]);
    expect(other.pagesRead).toBe(2 * 4);
  });

  it('sees a list that ends early', async () => {
    const table = tableOf(10);
    expect(await finding(tampered(table, ({ rows }) => (rows.length === 4 ? { nextAfter: null } : {})))).toEqual([
      ['whole.differs', []],
    ]);
  });

  it('believes no page that is not right, whichever one thing is changed', async () => {
    const change = fc.constantFrom<(page: RowsReply, at: number) => Partial<RowsReply>>(
      ({ rows }, at) => ({ rows: rows.filter((_, i) => i !== at % rows.length) }),
      ({ rows }, at) => ({
        rows: rows.map((row, i) => (i === at % rows.length ? { ...row, text: `${row.text} ` } : row)),
      }),
      ({ rows }, at) => ({ withheld: rows.slice(at % rows.length).map((row) => row.key) }),
      ({ page }, at) => ({ page: { ...page, digest: page.digest.replace(/^./, (at % 16).toString(16)) } }),
      ({ page }, at) => ({ page: { ...page, count: page.count + 1 + at } }),
      (_, at) => ({ nonce: `stale-${at}-stale` }),
    );
    await fc.assert(
      fc.asyncProperty(change, fc.nat(20), fc.nat(3), fc.integer({ min: 1, max: 5 }), async (bend, at, page, limit) => {
        const table = tableOf(8);
        let pages = 0;
        let isChanged = false;
        const reader = tampered(table, (reply) => {
          if (pages++ !== page || reply.rows.length === 0) return {};
          const changes = bend(reply, at);
          isChanged = Object.entries(changes).some(
            ([name, value]) => JSON.stringify(value) !== JSON.stringify(reply[name as keyof RowsReply]),
          );
          return changes;
        });
        const { state } = await walk(reader, limit);
        expect(state).toBe(isChanged ? 'differs' : 'proven');
      }),
      { numRuns: 200 },
    );
  });
});
