import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowReply } from '../../shared/contract/sync-report.ts';
import { digestHex, rowDigest } from '../../shared/proof/digest.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { captureLead, holdSubmission, UNKNOWN_HELD, UNKNOWN_LEAD } from './operations.ts';
import { expectRefusal } from './refusals.ts';

const TABLE = 'kv_store_3cbf86a5';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const row = async (key: string, query = '') =>
  rowReply.parse(await (await api.request('GET', `/sync/rows/${encodeURIComponent(key)}${query}`)).json());

describe('one row', () => {
  it('comes with the receipt that its sender was given, whatever became of it', async () => {
    const body = { email: 'ann@example.com', submissionId: crypto.randomUUID() };
    const reply = await api.request('POST', '/leads', { key: null, body });
    const { leadId, receipt } = await reply.json();
    expect((await row(receipt.key)).receipt).toEqual(receipt);
    await api.request('PATCH', `/leads/${leadId}`, { body: { notes: 'called' } });
    expect((await row(receipt.key)).receipt).toEqual(receipt);
    await api.request('DELETE', `/leads/${leadId}`);
    expect(await row(receipt.key)).toMatchObject({ row: null, receipt });
    // Without a submission id nothing is kept.
    expect((await row(`lead:${await captureLead(api, { submissionId: undefined })}`)).receipt).toBeNull();
  });

  it('is shown whole whatever an address or a form calls its values', async () => {
    const named = { utm: { token: 'x', Password: 'y' }, fields: { otp: 'z' } };
    const reply = await api.request('POST', '/leads', { key: null, body: { email: 'ann@example.com', ...named } });
    const { leadId, receipt } = await reply.json();
    expect((await (await api.request('GET', `/leads/${leadId}`)).json()).lead).toMatchObject(named);
    const { row: stored } = await row(receipt.key);
    expect(stored).toMatchObject({ text: expect.stringContaining('"token": "x"'), digest: receipt.digest });
  });

  it('is the text and digest of its receipt, and the log tells what came after', async () => {
    const reply = await api.request('POST', '/leads', { key: null, body: { email: 'ann@example.com' } });
    const { leadId, receipt } = await reply.json();
    const stored = await row(receipt.key, '?nonce=of-the-test');
    expect(stored).toMatchObject({
      nonce: 'of-the-test',
      key: receipt.key,
      row: { digest: receipt.digest, storedAt: receipt.storedAt },
      log: [{ operation: 'insert', actor: 'form' }],
      held: false,
    });
    const text = stored.row?.text ?? '';
    expect(digestHex(await rowDigest(receipt.key, text))).toBe(receipt.digest);

    await api.request('PATCH', `/leads/${leadId}`, { body: { notes: 'called' } });
    const changed = await row(receipt.key);
    expect(changed.row?.digest).not.toBe(receipt.digest);
    expect(changed.log).toMatchObject([
      { operation: 'update', actor: 'key:admin', fields: { notes: { to: 'called' } } },
      { operation: 'insert' },
    ]);
    await api.request('DELETE', `/leads/${leadId}`);
    expect(await row(receipt.key)).toMatchObject({
      row: null,
      log: [{ operation: 'delete' }, { operation: 'update', fields: {} }, { operation: 'insert' }],
    });
  });

  it('that never was has no log, and a held submission is said to wait', async () => {
    expect(await row(`lead:${UNKNOWN_LEAD}`)).toMatchObject({ nonce: null, row: null, log: [], held: false });
    expect(await row(UNKNOWN_HELD)).toMatchObject({ row: null, log: [], held: false });
    const heldId = await holdSubmission(api);
    expect(await row(heldId)).toMatchObject({ key: heldId, row: null, log: [], held: true });
  });

  it('shows the latest 50 entries of the log', async () => {
    const key = `lead:${await captureLead(api)}`;
    for (let i = 0; i < 55; i++) {
      await api.sql(`update ${TABLE} set value = value || $2 where key = $1`, [key, JSON.stringify({ notes: `${i}` })]);
    }
    const { log } = await row(key);
    expect(log).toHaveLength(50);
    expect(log[0]?.fields).toMatchObject({ notes: { to: '54' } });
    expect(log.at(-1)?.fields).toMatchObject({ notes: { to: '5' } });
  });

  it('with a secret is said to be there, and not given', async () => {
    const key = 'user:user_1600000000000_old';
    await api.sql(`insert into ${TABLE} (key, value) values ($1, '{"email": "o@b.co", "password": "hunter2"}')`, [key]);
    const stored = await row(key);
    expect(stored.row).toEqual({ text: null, digest: null, storedAt: expect.any(String) });
    expect(JSON.stringify(stored)).not.toContain('hunter2');
  });

  it.each(['null', `'infinity'`, `'-infinity'`, `'12026-01-01'`, `'0044-03-15 BC'`])(
    'stored at %s, a moment that no reply can say, says none',
    async (moment) => {
      const key = 'lead:lead_1600000000000_odd';
      await api.sql(
        `insert into ${TABLE} (key, value, created_at) values ($1, '{}', ${moment})
         on conflict (key) do update set created_at = excluded.created_at`,
        [key],
      );
      expect(await row(key)).toMatchObject({ row: { text: '{}', storedAt: null } });
    },
  );

  it.each([
    'user:email:a@b.co',
    'nonsense',
    'canary:4845de72-e1bb-4357-86fb-ae24236b6899',
    'held_1_a',
    'lead:lead_1_A',
  ])('is refused for %s', async (key) => {
    await expectRefusal(await api.request('GET', `/sync/rows/${encodeURIComponent(key)}`), 400, 'key');
  });
});

it('a row that a truncate took is told of as such, and one stored later is not', async () => {
  const id = await captureLead(api);
  await api.sql(`truncate ${TABLE}`);
  const later = await captureLead(api);
  expect(await row(`lead:${id}`)).toMatchObject({
    row: null,
    log: [{ key: '*', operation: 'truncate' }, { operation: 'insert' }],
  });
  expect((await row(`lead:${later}`)).log).toMatchObject([{ operation: 'insert' }]);
  expect((await row(`lead:${UNKNOWN_LEAD}`)).log).toEqual([]);
});
