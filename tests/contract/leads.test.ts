import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureReply } from '../../shared/contract/capture.ts';
import { changesReply, historyReply } from '../../shared/contract/changes.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { convertedReply, leadDeletedReply, leadReply, leadsReply } from '../../shared/contract/lead.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { captureLead, UNKNOWN_LEAD, UNKNOWN_USER } from './operations.ts';
import { expectRefusal } from './refusals.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const code = async (reply: Response) => errorReply.parse(await reply.json()).error.code;
const read = async (id: string) => leadReply.parse(await (await api.request('GET', `/leads/${id}`)).json()).lead;
const patch = (id: string, body: unknown, headers: Record<string, string> = {}, method = 'PATCH') =>
  api.request(method, `/leads/${id}`, { body, headers });
const insert = (key: string, value: unknown) =>
  api.sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [key, JSON.stringify(value)]);

describe('changing a lead', () => {
  it.each(['PATCH', 'PUT'])('by %s merges, and moves updatedAt and the ETag forward', async (method) => {
    const id = await captureLead(api, { name: 'Ann', message: 'Hello' });
    const old = await read(id);
    const reply = await patch(id, { status: 'contacted', name: 'Anna' }, {}, method);
    expect(reply.status).toBe(200);
    const { lead } = leadReply.parse(await reply.json());
    expect(lead).toEqual({ ...old, status: 'contacted', name: 'Anna', updatedAt: lead.updatedAt });
    expect(String(lead.updatedAt) > String(old.updatedAt)).toBe(true);
    expect(reply.headers.get('ETag')).toBe(`"${lead.updatedAt}"`);
    expect(await read(id)).toEqual(lead);
  });

  it('to null removes a field, and to an empty text as well, since that is what a cleared input sends', async () => {
    const id = await captureLead(api, { name: 'Ann', phone: '123', interests: ['x'], fields: { a: 'b' } });
    const reply = await patch(id, { name: null, phone: '  ', interests: null, fields: null });
    expect(reply.status).toBe(200);
    expect(Object.keys(await read(id)).sort()).toEqual(['createdAt', 'email', 'id', 'source', 'status', 'updatedAt']);
  });

  it('to what it is already writes nothing', async () => {
    const id = await captureLead(api, { name: 'Ann' });
    const old = await read(id);
    expect((await patch(id, { name: 'Ann', phone: null })).status).toBe(200);
    expect(await read(id)).toEqual(old);
    const { history } = historyReply.parse(await (await api.request('GET', `/leads/${id}/history`)).json());
    expect(history.map(({ operation }) => operation)).toEqual(['insert']);
  });

  it('keeps fields that we do not know and hides secrets, which stay in the row', async () => {
    const id = 'lead_1700000000000_old1';
    await insert(`lead:${id}`, { id, email: 'old@b.co', passwordHash: '$2b$10$x', crm: { score: 5, token: 't' } });
    const reply = await patch(id, { notes: 'seen' });
    const text = await reply.text();
    expect(leadReply.parse(JSON.parse(text)).lead).toMatchObject({ crm: { score: 5 }, notes: 'seen' });
    expect(text).not.toMatch(/2b\$10|"token"/);
    const [row] = await api.sql('select value from kv_store_3cbf86a5 where key = $1', [`lead:${id}`]);
    expect(row?.value).toMatchObject({ passwordHash: '$2b$10$x', crm: { score: 5, token: 't' }, notes: 'seen' });
  });

  it('with If-Match is refused once someone else has changed it', async () => {
    const id = await captureLead(api);
    const seen = `"${(await read(id)).updatedAt}"`;
    expect((await patch(id, { notes: 'first' }, { 'If-Match': seen })).status).toBe(200);
    for (const method of ['PATCH', 'PUT']) {
      const late = await patch(id, { notes: 'second' }, { 'If-Match': seen }, method);
      expect(late.status).toBe(409);
      expect(await code(late)).toBe('conflict');
    }
    const erase = await api.request('DELETE', `/leads/${id}`, { headers: { 'If-Match': seen } });
    expect(erase.status).toBe(409);
    expect((await read(id)).notes).toBe('first');
    expect((await patch(id, { notes: 'third' }, { 'If-Match': '*' })).status).toBe(200);
  });

  it('with the digest that was read is refused once SQL has changed the row, which moves no updatedAt', async () => {
    const id = await captureLead(api);
    const read = async () => leadReply.parse(await (await api.request('GET', `/leads/${id}`)).json());
    const { lead, digest } = await read();
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    await api.sql(`update kv_store_3cbf86a5 set value = value || '{"notes": "by hand"}' where key = $1`, [
      `lead:${id}`,
    ]);
    expect((await read()).lead.updatedAt).toBe(lead.updatedAt);
    await expectRefusal(await patch(id, { notes: 'mine' }, { 'If-Match': `"${digest}"` }), 409);
    const erase = await api.request('DELETE', `/leads/${id}`, { headers: { 'If-Match': `"${digest}"` } });
    await expectRefusal(erase, 409);
    const seen = await read();
    expect(seen.lead.notes).toBe('by hand');
    expect((await patch(id, { notes: 'mine' }, { 'If-Match': `"${seen.digest}"` })).status).toBe(200);
  });

  it('by twenty people who all read the same lets exactly one win', async () => {
    const id = await captureLead(api);
    const seen = `"${(await read(id)).updatedAt}"`;
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => patch(id, { notes: `from ${i}` }, { 'If-Match': seen })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(409)]);
  });

  it('that is not there is a 404, like reading, erasing and its history', async () => {
    for (const reply of [
      await patch(UNKNOWN_LEAD, { notes: 'x' }),
      await patch(UNKNOWN_LEAD, { notes: 'x' }, {}, 'PUT'),
      await api.request('GET', `/leads/${UNKNOWN_LEAD}`),
      await api.request('DELETE', `/leads/${UNKNOWN_LEAD}`),
      await api.request('GET', `/leads/${UNKNOWN_LEAD}/history`),
    ]) {
      expect(reply.status).toBe(404);
      expect(await code(reply)).toBe('not_found');
    }
  });
});

describe('the history of a lead', () => {
  it('tells who changed what, oldest first, and forgets the person with the lead', async () => {
    const id = await captureLead(api, { name: 'Ann' });
    await patch(id, { name: 'Anna', notes: 'called' });
    await api.sql(`update kv_store_3cbf86a5 set value = value || '{"name":"By hand"}' where key = $1`, [`lead:${id}`]);
    const history = async () =>
      historyReply.parse(await (await api.request('GET', `/leads/${id}/history`)).json()).history;
    expect(await history()).toMatchObject([
      { operation: 'insert', actor: 'form', fields: {} },
      {
        operation: 'update',
        actor: 'key:admin',
        fields: { name: { from: 'Ann', to: 'Anna' }, notes: { to: 'called' } },
      },
      { operation: 'update', actor: null, fields: { name: { from: 'Anna', to: 'By hand' } } },
    ]);
    expect(leadDeletedReply.parse(await (await api.request('DELETE', `/leads/${id}`)).json()).deleted).toBe(id);
    expect((await history()).map(({ operation, actor, fields }) => ({ operation, actor, fields }))).toEqual([
      { operation: 'insert', actor: 'form', fields: {} },
      { operation: 'update', actor: 'key:admin', fields: {} },
      { operation: 'update', actor: null, fields: {} },
      { operation: 'delete', actor: 'key:admin', fields: {} },
    ]);
  });
});

describe('changes since a cursor', () => {
  it('come once each, in order, page by page, and the last cursor stays good', async () => {
    const mine = await startApi();
    try {
      const changes = async (query: string) =>
        changesReply.parse(await (await mine.request('GET', `/changes?${query}`)).json());
      const ids = [await captureLead(mine), await captureLead(mine)];
      await mine.request('PATCH', `/leads/${ids[0]}`, { body: { notes: 'x' } });
      const seen: string[] = [];
      let after = '0.0';
      // Pages end below the oldest transaction of the whole server, so other tests may hold them back for a while.
      await expect
        .poll(async () => {
          const page = await changes(`after=${after}&limit=1`);
          expect(page.changes.length).toBeLessThanOrEqual(1);
          seen.push(...page.changes.map(({ key, operation }) => `${operation} ${key}`));
          after = page.nextCursor;
          return seen.length;
        })
        .toBe(3);
      expect(seen).toEqual([`insert lead:${ids[0]}`, `insert lead:${ids[1]}`, `update lead:${ids[0]}`]);
      expect(await changes(`after=${after}`)).toMatchObject({ changes: [], nextCursor: after, more: false });
    } finally {
      await mine.close();
    }
  });
});

describe('listing', () => {
  it('filters by status, source, day and text, and counts exactly what it filters', async () => {
    const mine = await startApi();
    try {
      const send = async (body: object) =>
        captureReply.parse(await (await mine.request('POST', '/leads', { key: null, body })).json()).leadId;
      const ann = await send({ email: 'ann@example.com', name: 'Ann 100% Sure', source: 'chatbot' });
      const bob = await send({ email: 'bob@example.com', message: 'KITCHEN', interests: ['bath'] });
      await mine.request('PATCH', `/leads/${ann}`, { body: { status: 'qualified' } });
      const list = async (query: string) => {
        const reply = leadsReply.parse(await (await mine.request('GET', `/leads?total=1&${query}`)).json());
        expect(reply.total).toBe(reply.leads.length);
        return reply.leads.map(({ id }) => id);
      };
      const today = new Date().toISOString().slice(0, 10);
      expect(await list('')).toEqual([bob, ann]);
      expect(await list('status=qualified')).toEqual([ann]);
      expect(await list('source=website-form')).toEqual([bob]);
      expect(await list('q=kitchen')).toEqual([bob]);
      expect(await list('q=BATH')).toEqual([bob]);
      expect(await list('q=100%25')).toEqual([ann]);
      expect(await list('q=1%25')).toEqual([]);
      expect(await list(`q=${ann}`)).toEqual([ann]);
      expect(await list('to=2020-01-01')).toEqual([]);
      expect(await list(`from=2020-01-01&to=${today}`)).toHaveLength(2);
      expect(await list('from=2100-01-01T00:00:00%2B08:00')).toEqual([]);
      expect(await list('status=qualified&source=website-form')).toEqual([]);
      const converted = await (await mine.request('POST', `/leads/${ann}/convert`)).json();
      const { user } = convertedReply.parse(converted);
      await mine.request('PATCH', `/users/${user.id}`, { body: { email: 'other@example.com' } });
      expect(await list(`convertedToUserId=${user.id}`)).toEqual([ann]);
      expect(await list(`convertedToUserId=${user.id}&status=new`)).toEqual([]);
      expect(await list(`convertedToUserId=${UNKNOWN_USER}`)).toEqual([]);
    } finally {
      await mine.close();
    }
  });
});
