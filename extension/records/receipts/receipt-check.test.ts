import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CaptureReply } from '../../../shared/contract/capture.ts';
import { startApi, type TestApi } from '../../../tests/rig/api.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { createApi } from '../../platform/api/api.ts';
import { createSyncApi, type SyncApi } from '../../platform/api/sync-api.ts';
import { type Verdict, verify } from './receipt-check.ts';
import type { Claim } from './receipt-text.ts';

const TABLE = 'kv_store_3cbf86a5';

let api: TestApi;
let proxy: FaultyProxy;
let sync: SyncApi;
let claim: Claim & CaptureReply['receipt'];
let id: string;
beforeAll(async () => {
  api = await startApi();
  proxy = await startFaultyProxy(api.url);
  sync = createSyncApi(createApi({ url: proxy.url, token: async () => api.adminKey }));
});
afterAll(async () => {
  await proxy.close();
  await api.close();
});
beforeEach(async () => {
  proxy.set('pass');
  const reply = await api.request('POST', '/leads', {
    key: null,
    body: {
      email: 'ann@example.com',
      name: 'Ann',
      message: 'Ünïcode “quotes” \\ / \u2028 \u0007 and 1.10',
      budget: '10',
    },
  });
  ({ leadId: id, receipt: claim } = (await reply.json()) as CaptureReply);
});

/** Runs SQL with our triggers off, so that the change log hears nothing of it. */
const pastTheLog = (statement: string, values: unknown[] = []) =>
  api.sql(
    `do $do$ begin set local session_replication_role = replica; ${values.reduce<string>(
      (text, value, at) => text.replaceAll(`$${at + 1}`, `'${value}'`),
      statement,
    )}; end $do$`,
  );
const edit = (patch: object) => api.request('PATCH', `/leads/${id}`, { body: patch });
const outcomeOf = async (of: Claim = claim): Promise<Pick<Verdict, 'outcome' | 'tone' | 'detail'>> => {
  const { outcome, tone, detail } = await verify(sync, of);
  return { outcome, tone, detail };
};

describe('a receipt', () => {
  it('of a row that nobody touched is that of exactly what is stored', async () => {
    const verdict = await verify(sync, claim);
    expect(verdict).toMatchObject({
      outcome: 'unchanged',
      tone: 'good',
      digest: claim.digest,
      storedAt: claim.storedAt,
      transactionId: claim.transactionId,
      since: [],
      detail: expect.stringContaining('by the transaction that the receipt names, and no change since'),
    });
  });

  it('of a row that was edited through the API says who changed what, and that this is all', async () => {
    await edit({ name: 'Ann Lim', status: 'contacted' });
    await edit({ notes: 'Called.', name: null });
    await edit({ interests: ['kitchen', 'bath'] });
    const verdict = await verify(sync, claim);
    expect(verdict).toMatchObject({
      outcome: 'changed',
      tone: 'warning',
      since: [
        { operation: 'update', actor: 'key:admin', fields: { interests: { to: ['kitchen', 'bath'] } } },
        { fields: { notes: { to: 'Called.' }, name: { from: 'Ann Lim' } } },
        { fields: { name: { from: 'Ann', to: 'Ann Lim' }, status: { from: 'new', to: 'contacted' } } },
      ],
      detail: 'Taking the 3 changes of the log back gives exactly the text of the receipt.',
    });
  });

  it('of a row that was edited in SQL says that nobody of the app did it', async () => {
    await api.sql(`update ${TABLE} set value = value || '{"name": "Eve"}' where key = $1`, [claim.key]);
    expect(await verify(sync, claim)).toMatchObject({ outcome: 'changed', since: [{ actor: null }] });
  });

  it('of a row with one byte changed past the log is red', async () => {
    await pastTheLog(`update ${TABLE} set value = jsonb_set(value, '{name}', '"Anm"') where key = $1`, [claim.key]);
    expect(await outcomeOf()).toEqual({
      outcome: 'changed past the log',
      tone: 'danger',
      detail: expect.stringContaining('no change since'),
    });
  });

  it.each([
    ['of the same field', '{name}', /name does not hold what the change log says/],
    ['of another field', '{budget}', /does not give the text of the receipt/],
  ])('is red too when an honest edit hides one past the log, %s', async (_, path, detail) => {
    await edit({ name: 'Ann Lim' });
    await pastTheLog(`update ${TABLE} set value = jsonb_set(value, '${path}', '"?"') where key = $1`, [claim.key]);
    expect(await outcomeOf()).toEqual({
      outcome: 'changed past the log',
      tone: 'danger',
      detail: expect.stringMatching(detail),
    });
  });

  it('of a row that was stored anew at another time is red', async () => {
    await pastTheLog(`update ${TABLE} set created_at = created_at - interval '1 day' where key = $1`, [claim.key]);
    expect(await outcomeOf()).toMatchObject({ outcome: 'changed past the log', tone: 'danger' });
  });

  it('of a row that was changed and put back is fulfilled, and the log is shown', async () => {
    await api.sql(`update ${TABLE} set value = value || '{"name": "Eve"}' where key = $1`, [claim.key]);
    await api.sql(`update ${TABLE} set value = value || '{"name": "Ann"}' where key = $1`, [claim.key]);
    const verdict = await verify(sync, claim);
    expect([verdict.outcome, verdict.since.length]).toEqual(['unchanged', 2]);
  });

  it('says honestly that a log of more than 50 entries does not go far enough', async () => {
    for (let at = 0; at < 51; at++) {
      await api.sql(`update ${TABLE} set value = value || jsonb_build_object('notes', $2::text) where key = $1`, [
        claim.key,
        String(at),
      ]);
    }
    expect(await outcomeOf()).toEqual({
      outcome: 'changed',
      tone: 'warning',
      detail: expect.stringContaining('was not checked'),
    });
  });

  it('says honestly that numbers which JavaScript writes otherwise were not checked', async () => {
    await api.sql(`update ${TABLE} set value = value || '{"score": 1.10}' where key = $1`, [claim.key]);
    expect(await outcomeOf()).toMatchObject({ outcome: 'changed', detail: expect.stringContaining('was not checked') });
  });

  it('of a deleted row says when and by whom', async () => {
    await edit({ name: 'Ann Lim' });
    await api.request('DELETE', `/leads/${id}`);
    expect(await verify(sync, claim)).toMatchObject({
      outcome: 'deleted',
      tone: 'warning',
      since: [{ operation: 'delete', actor: 'key:admin' }, { operation: 'update' }],
    });
  });

  it('of a row that was deleted past the log is red', async () => {
    await pastTheLog(`delete from ${TABLE} where key = $1`, [claim.key]);
    expect(await outcomeOf()).toMatchObject({ outcome: 'deleted past the log', tone: 'danger' });
  });

  it('of a table that was emptied says so, or that it was emptied past the log', async () => {
    const [saved] = await api.sql<{ value: string }>(`select value::text from ${TABLE} where key = $1`, [claim.key]);
    await pastTheLog(`truncate ${TABLE}`);
    expect(await outcomeOf()).toMatchObject({ outcome: 'deleted past the log', tone: 'danger' });
    await api.sql(`truncate ${TABLE}`);
    expect(await outcomeOf()).toMatchObject({ outcome: 'deleted', detail: expect.stringContaining('emptied') });
    await api.sql(`insert into ${TABLE} (key, value, created_at) values ($1, $2, $3)`, [
      claim.key,
      saved?.value,
      claim.storedAt,
    ]);
    const again = await verify(sync, claim);
    expect([again.outcome, again.since.map(({ operation }) => operation)]).toEqual([
      'unchanged',
      ['insert', 'truncate'],
    ]);
  });

  it('of another database was never stored here', async () => {
    const other = await startApi();
    const elsewhere = createSyncApi(createApi({ url: other.url, token: async () => other.adminKey }));
    expect(await verify(elsewhere, claim)).toMatchObject({ outcome: 'never stored here', tone: 'danger', since: [] });
    await other.close();
  });

  it('that names another transaction was never stored here, whether the row is there or not', async () => {
    const forged = { ...claim, transactionId: '12345' };
    expect(await outcomeOf(forged)).toMatchObject({ outcome: 'never stored here', tone: 'danger' });
    await api.request('DELETE', `/leads/${id}`);
    expect(await outcomeOf(forged)).toMatchObject({ outcome: 'never stored here', tone: 'danger' });
  });

  it('with another digest than was given is red', async () => {
    expect(await outcomeOf({ ...claim, digest: '0'.repeat(64) })).toMatchObject({ outcome: 'changed past the log' });
  });

  it('of a restored dump holds by its text, and says that the transaction ids are others', async () => {
    await api.sql("update crm.changes set xid = '3' where key = $1", [claim.key]);
    expect(await outcomeOf()).toEqual({
      outcome: 'unchanged',
      tone: 'good',
      detail: expect.stringContaining('restored from a dump'),
    });
  });

  it('of a row with a secret in it is not checked', async () => {
    await api.sql(`update ${TABLE} set value = value || '{"password": "hunter2"}' where key = $1`, [claim.key]);
    const verdict = await verify(sync, claim);
    expect(verdict).toMatchObject({ outcome: 'withheld', tone: 'info', digest: null, text: null });
    expect(JSON.stringify(verdict)).not.toContain('hunter2');
  });
});

describe('a submission that is held', () => {
  it('waits for review; once somebody has decided, that is said', async () => {
    const reply = await api.request('POST', '/leads', { key: null, body: { email: 'b@example.com', lf_extra: 'x' } });
    const { heldId, receipt } = (await reply.json()) as { heldId: string; receipt: Claim };
    expect(await outcomeOf(receipt)).toMatchObject({ outcome: 'held', tone: 'info' });
    await api.request('POST', `/held/${heldId}/release`);
    expect(await outcomeOf(receipt)).toMatchObject({ outcome: 'released', tone: 'info' });
  });
});

describe('without a receipt', () => {
  it('a row is stored as Postgres hashes it, and no more is claimed', async () => {
    await edit({ name: 'Ann Lim' });
    expect(await verify(sync, { key: claim.key })).toMatchObject({
      outcome: 'stored',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      tone: 'info',
      isAcknowledged: false,
      title: 'Stored',
      detail: expect.stringContaining('only the text was compared'),
    });
  });

  it('a field that is not what the log says was written last is red all the same', async () => {
    await edit({ name: 'Ann Lim' });
    await pastTheLog(`update ${TABLE} set value = jsonb_set(value, '{name}', '"Eve"') where key = $1`, [claim.key]);
    expect(await outcomeOf({ key: claim.key })).toMatchObject({ outcome: 'changed past the log' });
  });

  it('a key that nobody knows was never stored here', async () => {
    expect(await outcomeOf({ key: 'lead:lead_1_x' })).toMatchObject({ outcome: 'never stored here' });
  });
});

describe('the receipt that the database has kept', () => {
  beforeEach(async () => {
    const reply = await api.request('POST', '/leads', {
      key: null,
      body: { email: 'kept@example.com', name: 'Ann', budget: '10', submissionId: crypto.randomUUID() },
    });
    ({ leadId: id, receipt: claim } = (await reply.json()) as CaptureReply);
  });
  const verified = { isAcknowledged: true, tone: 'good', title: 'Verified, as it was acknowledged' };

  it('verifies a row by its key alone, untouched or changed as the log tells', async () => {
    expect(await verify(sync, { key: claim.key })).toMatchObject({ ...verified, outcome: 'unchanged', since: [] });
    await edit({ name: 'Ann Lim' });
    expect(await verify(sync, { key: claim.key })).toMatchObject({ ...verified, outcome: 'changed', since: [{}] });
  });

  it.each(['name', 'budget'])('finds out a %s that was changed past the log, by the key alone', async (field) => {
    await edit({ name: 'Ann Lim' });
    await pastTheLog(`update ${TABLE} set value = jsonb_set(value, '{${field}}', '"?"') where key = $1`, [claim.key]);
    expect(await verify(sync, { key: claim.key })).toMatchObject({
      ...{ outcome: 'changed past the log', tone: 'danger', isAcknowledged: false },
    });
  });

  it.each<[string, Partial<Claim>]>([
    ['digest', { digest: '0'.repeat(64) }],
    ['time', { storedAt: '2020-01-01T00:00:00.000Z' }],
    ['transaction', { transactionId: '7' }],
  ])('tells an altered %s in the receipt from an altered row', async (part, altered) => {
    const otherReceipt = {
      ...{ outcome: 'another receipt', tone: 'warning', title: 'Not the receipt of this lead' },
      detail: `The row is as it was acknowledged, the pasted ${part} is another.`,
    };
    expect(await verify(sync, { ...claim, ...altered })).toMatchObject(otherReceipt);
    await edit({ name: 'Ann Lim' });
    expect(await verify(sync, { ...claim, ...altered })).toMatchObject(otherReceipt);
    await pastTheLog(`update ${TABLE} set value = jsonb_set(value, '{budget}', '"?"') where key = $1`, [claim.key]);
    expect(await verify(sync, { ...claim, ...altered })).toMatchObject({ outcome: 'changed past the log' });
  });

  it('is missed with the row where even the log has nothing', async () => {
    await pastTheLog(`delete from ${TABLE} where key = $1`, [claim.key]);
    await api.sql('delete from crm.changes where key = $1', [claim.key]);
    expect(await outcomeOf({ key: claim.key })).toMatchObject({ outcome: 'deleted past the log', tone: 'danger' });
  });
});

describe('between here and Postgres', () => {
  const onRow = ({ path }: { path: string }) => path.startsWith('/sync/rows/');

  it("a changed text is found out by Postgres's digest", async () => {
    proxy.set(
      { rewrite: (body) => ({ ...body, row: { ...body.row, text: body.row.text.replace('Ann', 'Eve') } }) },
      onRow,
    );
    expect(await outcomeOf()).toMatchObject({ outcome: 'tampered', tone: 'danger' });
  });

  it('a forged digest is found out by our own', async () => {
    proxy.set({ rewrite: (body) => ({ ...body, row: { ...body.row, digest: '0'.repeat(64) } }) }, onRow);
    expect(await outcomeOf()).toMatchObject({ outcome: 'tampered', tone: 'danger' });
  });

  it('text and digest forged together are found out by the receipt', async () => {
    const { digestHex, rowDigest } = await import('../../../shared/proof/digest.ts');
    const reply = await (await api.request('GET', `/sync/rows/${claim.key}`)).json();
    const text = (reply as { row: { text: string } }).row.text.replace('Ann', 'Eve');
    const digest = digestHex(await rowDigest(claim.key, text));
    proxy.set({ rewrite: (body) => ({ ...body, row: { ...body.row, text, digest } }) }, onRow);
    expect(await outcomeOf()).toMatchObject({ outcome: 'changed past the log', tone: 'danger' });
  });

  it("an older answer is found out by the question's own mark", async () => {
    const old = await (await api.request('GET', `/sync/rows/${claim.key}?nonce=of-another-question`)).json();
    await api.request('DELETE', `/leads/${id}`);
    proxy.set({ status: 200, json: old }, onRow);
    expect(await verify(sync, claim)).toMatchObject({ outcome: 'stale', tone: 'danger', digest: null });
  });

  it('no answer is no verdict', async () => {
    proxy.set('refuse');
    expect(await verify(sync, claim)).toMatchObject({
      outcome: 'failed',
      tone: 'warning',
      failure: { kind: 'unreachable' },
    });
    const viewer = createSyncApi(createApi({ url: api.url, token: async () => api.viewerKey }));
    expect(await verify(viewer, claim)).toMatchObject({
      outcome: 'failed',
      tone: 'info',
      failure: { code: 'forbidden' },
    });
  });
});
