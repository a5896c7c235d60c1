import pg from 'pg';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createProveClient } from '../../api/cli/prove-client.ts';
import { ENTITIES } from '../../shared/contract/record-key.ts';
import type { RowsByKeyReply, RowsReply } from '../../shared/contract/sync-report.ts';
import { proveEntity, type Reader, Walk } from '../../shared/proof/table-proof.ts';
import type { TestApi } from '../rig/api.ts';
import type { FaultyProxy } from '../rig/faulty-proxy.ts';
import { expectedSum } from '../rig/memory-table.ts';
import { editLead, insertLeads, numberedId } from '../rig/numbered-leads.ts';
import { useProxiedApi } from '../rig/proxied-api.ts';
import { captureLead } from './operations.ts';

const TABLE = 'kv_store_3cbf86a5';
const key = (number: number) => `lead:${numberedId(number)}`;

let api: TestApi;
let proxy: FaultyProxy;
let reader: Reader;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeAll(() => {
  reader = createProveClient({ url: proxy.url, key: api.adminKey, keySource: 'of the test' });
});
afterEach(() => api.sql(`truncate ${TABLE}, crm.changes`));

const walk = (limit?: number) => proveEntity(new Walk('leads'), reader, { ...(limit && { limit }) });

/** Each reply with rows of a question that concerns them. */
type Change = (reply: RowsReply | RowsByKeyReply) => object;
const changeRows = (change: Change, path = '/sync/rows') =>
  proxy.set({ rewrite: change }, (request) => request.path.startsWith(path));
const oneByte = (at: string) => (reply: { rows: { key: string; text: string }[] }) => ({
  ...reply,
  rows: reply.rows.map((row) => (row.key === at ? { ...row, text: row.text.replace('@', '%') } : row)),
});

/** Other tests' transactions on the same server hold the feed back: until they end, it tells once more what was just written. */
const isTold = async () =>
  (
    await api.sql<{ told: boolean }>(
      'select coalesce(bool_and(xid < pg_snapshot_xmin(pg_current_snapshot())), true) as told from crm.changes',
    )
  )[0]?.told;

async function expectFinding(code: string, keys: string[], limit?: number): Promise<void> {
  await expect.poll(isTold).toBe(true);
  const { state, findings } = await walk(limit);
  expect([state, findings.map((finding) => [finding.code, finding.keys])]).toEqual(['differs', [[code, keys]]]);
}

describe('the walk over the real API', () => {
  it('proves an empty table, the demo data and a text of any script', async () => {
    for (const entity of ENTITIES) {
      expect(await proveEntity(new Walk(entity), reader)).toMatchObject({ state: 'proven', received: { count: 0 } });
    }
    await api.request('POST', '/seed');
    await captureLead(api, { name: 'Zoë 🏠 \u202eא', message: '“1.10”\n\\u0041\t</script>' });
    await api.sql(
      `insert into ${TABLE} (key, value) values ($1, '{"n": 1.10, "big": 9007199254740993, "b": [], "aa": 1e400}')`,
      [key(1)],
    );
    const proofs = [];
    for (const entity of ENTITIES) proofs.push(await proveEntity(new Walk(entity), reader));
    expect(proofs.map(({ state, received }) => [state, received.count])).toEqual([
      ['proven', 8],
      ['proven', 3],
      ['proven', 3],
    ]);
  });

  it('goes past row 1,000, in pages of any size, and counts what is withheld', async () => {
    await insertLeads(api, 1, 1_001);
    await api.sql(`update ${TABLE} set value = value || '{"password": "x"}' where key in ($1, $2)`, [
      key(999),
      key(1_001),
    ]);
    for (const limit of [1_000, 500, 333]) {
      expect(await walk(limit)).toMatchObject({ state: 'proven', received: { count: 999, withheld: 2 } });
    }
  });

  it('is pending when rows move meanwhile, and proven by the next walk', async () => {
    await insertLeads(api, 1, 10);
    let page = 0;
    const reads: Reader = {
      ...reader,
      async rows(question) {
        if (page++ === 2) await editLead(api, numberedId(1), { name: 'Ann' });
        return reader.rows(question);
      },
    };
    expect(await proveEntity(new Walk('leads'), reads, { limit: 3 })).toMatchObject({ state: 'pending', findings: [] });
    expect(await proveEntity(new Walk('leads'), reads, { limit: 3 })).toMatchObject({ state: 'proven' });
  });

  it('calls nothing different that came and went while an older transaction held the log back', async () => {
    await insertLeads(api, 1, 10);
    const older = new pg.Client({ connectionString: api.database.url });
    await older.connect();
    await older.query('begin; select pg_current_xact_id()');
    try {
      let page = 0;
      const reads: Reader = {
        ...reader,
        async rows(question) {
          if (page++ % 4 === 1) await insertLeads(api, 100, 100, { notes: String(page) });
          if (page % 4 === 0) await api.sql(`delete from ${TABLE} where key = $1`, [key(100)]);
          return reader.rows(question);
        },
      };
      const { state, findings } = await proveEntity(new Walk('leads'), reads, { limit: 5 });
      expect([state, findings]).toEqual(['pending', []]);
      expect(page).toBeGreaterThan(4);
    } finally {
      await older.end();
    }
  });

  it('never calls different what eight writers are writing', async () => {
    await insertLeads(api, 1, 200);
    const end = new AbortController();
    const write = async (writer: number) => {
      for (let i = 0; !end.signal.aborted; i++) {
        const number = writer * 25 + (i % 25) + 1;
        await editLead(api, numberedId(number), { notes: `${writer} ${i}` });
        await api.sql(`delete from ${TABLE} where key = $1`, [key(number)]);
        await insertLeads(api, number, number, { notes: `${writer} ${i}` });
      }
    };
    const writers = Array.from({ length: 8 }, (_, writer) => write(writer));
    try {
      for (let i = 0; i < 30; i++) expect((await walk([20, 100, 1_000][i % 3])).findings).toEqual([]);
    } finally {
      end.abort();
      await Promise.all(writers);
    }
    expect((await walk(50)).state).toBe('proven');
  });
});

describe('an answer of the real API that is changed on its way', () => {
  it('is red for one byte, and names the row, also in a list of 300', async () => {
    await insertLeads(api, 1, 300);
    changeRows(oneByte(key(277)));
    await expectFinding('page.differs', [key(277)]);
    changeRows(oneByte(key(123)), '/sync/rows?');
    await expectFinding('page.differs', [key(123)]);
  });

  it('is red for a forged digest of the page, and for one of the whole', async () => {
    await insertLeads(api, 1, 5);
    changeRows((reply) => ({ ...reply, page: { ...reply.page, digest: 'f'.repeat(64) } }), '/sync/rows?');
    await expectFinding('page.differs', []);
    const forged = { count: 5, withheld: 0, digest: '0'.repeat(64) };
    changeRows((reply) => ({ ...reply, ...('whole' in reply && reply.whole && { whole: forged }) }));
    await expectFinding('whole.differs', [], 2);
  });

  it('is red for a row left out with count and digest made to fit', async () => {
    await insertLeads(api, 1, 10);
    changeRows((reply) => {
      const rows = reply.rows.filter((row) => row.key !== key(4));
      return { ...reply, rows, page: expectedSum(rows.map((row) => [row.key, row.text] as const)) };
    });
    await expectFinding('whole.differs', [], 3);
    await expectFinding('whole.differs', []);
  });

  it('is red for an answer that was kept', async () => {
    await insertLeads(api, 1, 5);
    const kept = await (
      await api.request('GET', '/sync/rows?entity=leads&limit=1000&whole=1&nonce=of-an-earlier-walk')
    ).json();
    proxy.set({ status: 200, json: kept }, ({ path }) => path.startsWith('/sync/rows'));
    await expectFinding('reply.stale', []);
  });

  it('is red for a list that ends at row 1,000', async () => {
    await insertLeads(api, 1, 1_001);
    changeRows((reply) => ({ ...reply, nextAfter: null }));
    await expectFinding('whole.differs', []);
  });
});
