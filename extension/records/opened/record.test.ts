import { afterEach, beforeEach, expect, it } from 'vitest';
import { captureLead } from '../../../tests/contract/operations.ts';
import type { TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../../tests/rig/faulty-proxy.ts';
import { useProxiedApi } from '../../../tests/rig/proxied-api.ts';
import { createLead, type LeadModel } from '../../leads/lead.ts';

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
let lead: LeadModel;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeEach(async () => {
  const id = await captureLead(api, { name: 'Ann', email: 'ann@example.com' });
  view = await openWorkspace(proxy.url, api.adminKey);
  lead = createLead({ ...view, id });
  await lead.start(view.signal);
});
afterEach(() => view.close());

/** Holds back what is answered to the first of these requests. @returns lets it go */
function holdFirst(on: Parameters<FaultyProxy['set']>[1]): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  let held = 0;
  proxy.set(
    {
      rewrite: async (body) => {
        held += 1;
        if (held === 1) await promise;
        return body;
      },
    },
    on,
  );
  return resolve;
}
const asked = (path: RegExp) => proxy.requests.filter((request) => path.test(request.path)).length;

it.each([
  ['spaces around it', { name: '  Ann Lee\t' }, 'Ann Lee'],
  ['a line break behind it', { name: 'Ann Lee\n' }, 'Ann Lee'],
  ['nothing but spaces', { name: '   ' }, undefined],
])('text with %s is compared as the API stores it', async (_, patch, stored) => {
  expect(await lead.save(patch)).toBe(true);
  expect(lead.stored.value).toMatchObject({ verified: true });
  expect(lead.row.value?.name).toBe(stored);
  expect([lead.conflict.value, view.said()]).toEqual([null, []]);
});

it('is not deleted while it is being saved, and what was saved is there', async () => {
  const release = holdFirst(({ method }) => method === 'PATCH');
  const saving = lead.save({ name: 'Ann Lee' });
  const seen = lead.row.value;
  if (!seen) throw new Error('The lead was not read.');
  expect(await lead.remove(seen)).toBe(false);
  expect(lead.saving.value).toBe('name');
  release();
  expect(await saving).toBe(true);
  expect((await api.request('GET', `/leads/${lead.id}`)).status).toBe(200);
});

it('a log that was asked for before another one takes nothing away from it', async () => {
  proxy.requests.length = 0;
  const release = holdFirst(({ path }) => path.includes('/history'));
  const early = lead.read();
  await eventually(() => expect(asked(/\/history/)).toBe(1));
  await lead.save({ name: 'Ann Lee' });
  expect(lead.history.value?.at(-1)?.fields.name).toEqual({ from: 'Ann', to: 'Ann Lee' });
  release();
  await early;
  expect(lead.history.value?.at(-1)?.fields.name).toEqual({ from: 'Ann', to: 'Ann Lee' });
});

it('follows what was told during a delete that was refused', async () => {
  const seen = lead.row.value;
  if (!seen) throw new Error('The lead was not read.');
  await api.request('PATCH', `/leads/${lead.id}`, { body: { phone: '123' } });
  expect(await lead.remove(seen)).toBe(false);
  expect(lead.row.value?.phone).toBe('123');
  expect(lead.saving.value).toBeNull();
});
