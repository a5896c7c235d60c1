import { createHash } from 'node:crypto';
import { RECORD_KEY, type SyncEntity } from '../../shared/contract/record-key.ts';
import type { RowsReply, WholeSum } from '../../shared/contract/sync-report.ts';
import type { Reader } from '../../shared/proof/table-proof.ts';

/** The sum of rows as design and SQL say it, in arithmetic of its own: one number of 256 bits with lanes that do not carry. */
export function expectedSum(rows: Iterable<readonly [string, string]>): { count: number; digest: string } {
  const lanes = Array.from({ length: 8 }, () => 0n);
  let count = 0;
  for (const [key, text] of rows) {
    const digest = createHash('sha256')
      .update(`${Buffer.byteLength(key)}:${key}${text}`)
      .digest();
    for (const lane of lanes.keys()) {
      lanes[lane] = ((lanes[lane] ?? 0n) + BigInt(digest.readUInt32BE(lane * 4))) % 2n ** 32n;
    }
    count++;
  }
  return { count, digest: lanes.map((lane) => lane.toString(16).padStart(8, '0')).join('') };
}

type Bend = <Reply extends object>(reply: Reply, question: object) => Reply | Promise<Reply>;

/**
 * A stand-in for table, change log and API in the memory of the test: for the arithmetic of the walk and for what moves between
 * two pages. The real API is walked in tests/contract.
 */
export class MemoryTable {
  readonly rows = new Map<string, string>();
  readonly withheld = new Set<string>();
  readonly #log: string[] = [];
  /** An older open transaction: the log tells of nothing that comes after it. */
  isLogHeldBack = false;
  pagesRead = 0;

  put(key: string, text: string): void {
    this.rows.set(key, text);
    this.#log.push(key);
  }

  remove(key: string): void {
    if (this.rows.delete(key)) this.#log.push(key);
  }

  whole(entity: SyncEntity): WholeSum {
    const all = [...this.rows].filter(([key]) => RECORD_KEY[entity].test(key));
    const shown = all.filter(([key]) => !this.withheld.has(key));
    return { ...expectedSum(shown), withheld: all.length - shown.length };
  }

  #page(keys: string[], nonce: string) {
    const shown = keys.filter((key) => this.rows.has(key) && !this.withheld.has(key));
    const rows = shown.map((key) => ({ key, text: this.rows.get(key) ?? '' }));
    return {
      success: true as const,
      nonce,
      rows,
      withheld: keys.filter((key) => this.rows.has(key) && this.withheld.has(key)),
      page: expectedSum(rows.map(({ key, text }) => [key, text] as const)),
      asOf: '2026-01-01T00:00:00.000Z',
      changesCursor: `${this.#log.length}.0`,
    };
  }

  /**
   * @param bend changes a reply on its way
   * @param before runs before each page is read
   */
  reader({ bend = (reply) => reply, before = () => undefined }: { bend?: Bend; before?: () => void } = {}): Reader {
    return {
      rows: async (question) => {
        before();
        this.pagesRead++;
        const { entity, after, limit, whole, nonce } = question;
        const keys = [...this.rows.keys()].filter((key) => RECORD_KEY[entity].test(key) && key > (after ?? '')).sort();
        const reply: RowsReply = {
          ...this.#page(keys.slice(0, limit), nonce),
          entity,
          nextAfter: keys.length > limit ? (keys[limit - 1] ?? null) : null,
          whole: whole ? this.whole(entity) : null,
        };
        return bend(reply, question);
      },
      rowsByKey: async (question) => {
        const { keys, nonce } = question;
        return bend({ ...this.#page(keys, nonce), missing: keys.filter((key) => !this.rows.has(key)) }, question);
      },
      movedSince: async (cursor, entity) =>
        !this.isLogHeldBack && this.#log.slice(Number.parseInt(cursor, 10)).some((key) => RECORD_KEY[entity].test(key)),
    };
  }
}
