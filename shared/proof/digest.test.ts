import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedSum } from '../../tests/rig/memory-table.ts';
import { DigestSum, digestDifference, digestHex, rowDigest, sumOf } from './digest.ts';

const rows = fc.array(fc.record({ key: fc.string(), text: fc.string({ unit: 'grapheme' }) }), { maxLength: 300 });
const pairs = (list: { key: string; text: string }[]) => list.map(({ key, text }) => [key, text] as const);
const ZERO = '0'.repeat(64);

describe('the digest of a row', () => {
  it('is the SHA-256 of the length of the key, the key and the text', async () => {
    // printf '%s' '3:a:b{"x": "é"}' | sha256sum
    expect(digestHex(await rowDigest('a:b', '{"x": "é"}'))).toBe(
      '2fe545e94068ad2e09abfc9c783cfd824236d2553631195deb4f263448aa08e5',
    );
  });

  it('counts octets, not characters, and keeps key and text apart', async () => {
    const hex = async (key: string, text: string) => digestHex(await rowDigest(key, text));
    expect(await hex('é', 'x')).toBe(expectedSum([['é', 'x']]).digest);
    expect(await hex('a', 'bc')).not.toBe(await hex('ab', 'c'));
  });
});

describe('the sum of digests', () => {
  it('is that of the definition, for any rows in any order', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (list) => {
        const { sum, digests } = await sumOf(list);
        expect({ count: sum.count, digest: sum.hex() }).toEqual(expectedSum(pairs(list)));
        const backwards = new DigestSum();
        for (const digest of digests.toReversed()) backwards.add(digest);
        expect(backwards.hex()).toBe(sum.hex());
      }),
      { numRuns: 50 },
    );
  });

  it('of no rows is zero, and two equal rows do not cancel each other', async () => {
    expect(new DigestSum().hex()).toBe(ZERO);
    const row = { key: 'a', text: '1' };
    const { sum } = await sumOf([row, row]);
    expect(sum.hex()).not.toBe(ZERO);
    expect(sum.count).toBe(2);
  });

  it('leaves what is missing when it is taken away', async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, async (some, others) => {
        const [part, rest, all] = await Promise.all([sumOf(some), sumOf(others), sumOf([...some, ...others])]);
        expect(digestDifference(part.sum.hex(), all.sum.hex())).toBe(rest.sum.hex());
      }),
      { numRuns: 30 },
    );
  });

  it('lets others have the thread between its batches', async () => {
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await sumOf(Array.from({ length: 1_000 }, (_, i) => ({ key: `lead:lead_${i}_a`, text: 'x'.repeat(500) })));
    isDone = true;
    expect(turns).toBeGreaterThan(5);
  });
});
