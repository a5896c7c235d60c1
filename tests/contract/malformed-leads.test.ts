import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leadReply, leadsReply } from '../../shared/contract/lead.ts';
import { startApi, type TestApi } from '../rig/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const read = async (id: string) => leadReply.parse(await (await api.request('GET', `/leads/${id}`)).json()).lead;
const patch = (id: string, body: unknown) => api.request('PATCH', `/leads/${id}`, { body });
const insert = (key: string, value: unknown) =>
  api.sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [key, JSON.stringify(value)]);

describe('a row that is no lead', () => {
  it.each([
    ['an array', 'lead_1700000000001_bad', []],
    ['a text', 'lead_1700000000002_bad', 'lost'],
    ['null', 'lead_1700000000003_bad', null],
    ['without an email', 'lead_1700000000004_bad', { id: 'lead_1700000000004_bad' }],
    ['with another id', 'lead_1700000000005_bad', { id: 'lead_1_x', email: 'a@b.co' }],
    ['with a number for a name', 'lead_1700000000006_bad', { id: 'lead_1700000000006_bad', email: 'a@b.co', name: 5 }],
  ])('(%s) is named in the list, is a 409 alone, is never changed, and can be erased', async (_, id, value) => {
    await insert(`lead:${id}`, value);
    const list = leadsReply.parse(await (await api.request('GET', '/leads?limit=200')).json());
    expect(list.malformed.find(({ key }) => key === `lead:${id}`)?.problem).toMatch(/\w+: .+/);
    expect((await api.request('GET', `/leads/${id}`)).status).toBe(409);
    const change = await patch(id, { notes: 'x' });
    expect(change.status).toBe(409);
    const [row] = await api.sql('select value from kv_store_3cbf86a5 where key = $1', [`lead:${id}`]);
    expect(row?.value, 'a refused change changes nothing').toEqual(value);
    expect((await api.request('DELETE', `/leads/${id}`)).status).toBe(200);
  });

  it('can be mended by naming what it lacks', async () => {
    const id = 'lead_1700000000007_bad';
    await insert(`lead:${id}`, { id, legacy: true });
    expect((await patch(id, { email: 'mended@b.co' })).status).toBe(200);
    expect(await read(id)).toMatchObject({ id, email: 'mended@b.co', legacy: true });
  });

  it('or holds what JavaScript cannot takes no list down', async () => {
    const id = 'lead_1700000000008_odd';
    const deep = `${'['.repeat(3_000)}${']'.repeat(3_000)}`;
    await api.sql(
      `insert into kv_store_3cbf86a5 (key, value) values
       ('lead:lead_1700000000008_odd', '{"id":"lead_1700000000008_odd","email":"a@b.co","score":1e400}'),
       ('lead:lead_1700000000009_odd', $1), ('lead:lead_1700000000010_odd', $2)`,
      [
        `{"id":"lead_1700000000009_odd","email":"a@b.co","x":${deep}}`,
        `{"id":"lead_1700000000010_odd","email":"a@b.co","password":"p","x":${deep}}`,
      ],
    );
    const reply = await api.request('GET', '/leads?limit=200');
    expect(reply.status).toBe(200);
    const text = await reply.text();
    expect(text).toContain(id);
    expect(text).toContain('lead_1700000000009_odd');
    expect(text).toContain('lead_1700000000010_odd');
    expect(text).not.toContain('"password"');
    await api.sql(`update kv_store_3cbf86a5 set value = value || '{"score":2e400}' where key ~ '_odd$'`);
    const changes = await api.request('GET', '/changes?limit=200');
    expect(changes.status).toBe(200);
    await api.sql(`delete from kv_store_3cbf86a5 where key ~ '_odd$'`);
  });
});
