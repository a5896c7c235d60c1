import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureLead } from '../../../tests/contract/operations.ts';
import type { TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { insertLeads, numberedId, settleFeed } from '../../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';
import { type Capture, createLastCapture, type LastCapture, withoutId } from './last-capture.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
let last: LastCapture;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  await api.sql('truncate kv_store_3cbf86a5');
  view = await openWorkspace(proxy.url, api.adminKey);
  last = createLastCapture(view);
});
afterEach(() => view.close());

const textOf = async (key: string) =>
  (await api.sql<{ text: string }>('select value::text as text from kv_store_3cbf86a5 where key = $1', [key]))[0]?.text;
const shown = () => last.capture.value as Capture;

describe('the rows around the last lead', () => {
  it('are the stored text, with what the capture wrote marked', async () => {
    const one = await captureLead(api);
    const two = await captureLead(api);
    const indexBefore = `["${one}"]`;
    await last.start(view.signal);
    expect(shown()).toMatchObject({
      leadId: two,
      total: 2,
      isIndexed: true,
      rows: [
        { key: 'leads:index', before: indexBefore, text: await textOf('leads:index'), mark: 'updated' },
        { key: `lead:${two}`, text: await textOf(`lead:${two}`), mark: 'new' },
        { key: `lead:${one}`, before: await textOf(`lead:${one}`), text: await textOf(`lead:${one}`), mark: null },
      ],
    });
  });

  it('derive as Before what the table had before the capture, character for character', async () => {
    await captureLead(api);
    const before = await textOf('leads:index');
    await captureLead(api);
    await last.start(view.signal);
    expect(shown().rows[0]?.before).toBe(before);
  });

  it('follow the next lead', async () => {
    await last.start(view.signal);
    expect(last.capture.value).toBe('none');
    const { changesCursor } = await view.crm.listLeads({});
    view.live.follow(changesCursor);
    const id = await captureLead(api);
    await settleFeed(api);
    await view.look();
    await eventually(() => expect(last.capture.value).toMatchObject({ leadId: id, total: 1 }));
  });

  it('say so when the index does not name the lead', async () => {
    await insertLeads(api, 1, 1);
    await last.start(view.signal);
    expect(shown()).toMatchObject({ leadId: numberedId(1), isIndexed: false });
    expect(shown().rows.map(({ mark }) => mark)).toEqual(['new']);
  });

  it('are not shown when what came in is not what Postgres added up', async () => {
    await captureLead(api);
    proxy.set(
      { rewrite: (body) => ({ ...body, rows: body.rows.map((row: object) => ({ ...row, text: '{}' })) }) },
      (request) => request.path.startsWith('/sync/rows'),
    );
    await last.start(view.signal);
    expect(last.capture.value).toBeNull();
    expect(last.failure.value?.message).toMatch(/not what Postgres stores/);
  });

  it('are not shown from a kept answer', async () => {
    await captureLead(api);
    proxy.set({ rewrite: (body) => ({ ...body, nonce: 'an-earlier-question' }) }, (request) =>
      request.path.startsWith('/sync/rows'),
    );
    await last.start(view.signal);
    expect(last.capture.value).toBeNull();
    expect(last.failure.value?.message).toMatch(/older/);
  });
});

it.each([
  ['["b", "a"]', 'b', '["a"]'],
  ['["a"]', 'a', '[]'],
  ['["a"]', 'b', null],
  ['{"a": 1}', 'a', null],
  ['no JSON', 'a', null],
])('an index %s without %s is %s', (text, id, rest) => {
  expect(withoutId(text, id)).toBe(rest);
});
