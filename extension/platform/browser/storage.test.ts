import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeConnectionCode } from '../../../shared/contract/connection-code.ts';
import { captureLead, holdSubmission } from '../../../tests/contract/operations.ts';
import { startApi, type TestApi } from '../../../tests/rig/api.ts';
import { eventually } from '../../../tests/rig/eventually.ts';
import { fakeBrowser } from '../../../tests/rig/extension-in-node.ts';
import { settleFeed } from '../../../tests/rig/numbered-leads.ts';
import { createConnect } from '../../app/connect.ts';
import { openConnection } from '../../app/open-connection.ts';
import { createHeld } from '../../leads/held-submissions.ts';
import { createLead } from '../../leads/lead.ts';
import { versionOf } from '../api/rows.ts';
import { createToasts } from '../workspace/toasts.ts';
import { checkBackend } from './backend-watch.ts';
import {
  activeConnection,
  type Connection,
  changeConnections,
  connections,
  draft,
  forgetConnection,
  keptCredential,
  lastLook,
  notifyOfLeads,
  place,
  sessionCredential,
  watch,
} from './storage.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());
beforeEach(() => fakeBrowser.reset());

const stored = async () => ({
  local: await fakeBrowser.storage.local.get(),
  session: await fakeBrowser.storage.session.get(),
});
const keys = async () => Object.values(await stored()).flatMap((area) => Object.keys(area));

it('two views that write the list of connections at once lose none', async () => {
  const [one, two, old] = ['one', 'two', 'old'].map((id) => ({ id, name: id, url: `https://${id}.example` }));
  await connections.setValue([old as Connection]);
  await Promise.all([
    changeConnections((all) => [...all, one as Connection]),
    forgetConnection('old'),
    changeConnections((all) => [...all, two as Connection]),
  ]);
  expect((await connections.getValue()).map(({ id }) => id)).toEqual(['one', 'two']);
});

it('whatever the user does, nothing of a lead is kept but its id', async () => {
  const siti = {
    email: 'siti.secret@example.com',
    name: 'Siti Unwritten',
    phone: '+60 12-777 0199',
    message: 'A secret kitchen',
    budget: 'RM 77,777',
    page: 'https://studio.example.com/secret',
    fields: { 'Secret field': 'Secret value' },
  };
  const id = await captureLead(api, siti);
  await holdSubmission(api, { ...siti, name: 'Held Unwritten' });

  const made: Connection[] = [];
  const form = createConnect({ onConnected: (connection) => made.push(connection) });
  await form.connectWithCode(encodeConnectionCode({ url: api.url, key: api.adminKey }), true);
  const [connection] = made as [Connection];
  const end = new AbortController();
  const workspace = openConnection({
    connection,
    credential: null,
    left: null,
    toasts: createToasts(),
    onSignedOut: (failure) => expect.fail(failure.message),
  });
  const { leads, figures, live } = workspace;
  workspace.navigation.keep(end.signal);
  await Promise.all([leads.start(end.signal), figures.start(end.signal), createHeld(workspace).load()]);
  await leads.setFilter({ q: siti.name, status: 'new', period: '7' });
  leads.select([id]);
  await workspace.bulk.run('contacted');
  workspace.navigation.openLead(id);
  const lead = createLead({ ...workspace, connectionId: connection.id, id });
  await lead.start(end.signal);
  await lead.save({ name: 'Siti Rewritten' });
  lead.writeNote('Half a sentence that');
  await captureLead(api, siti);
  await settleFeed(api);
  await live.poll(end.signal);
  await checkBackend();

  await eventually(async () => expect(JSON.stringify(await stored())).toContain('Half a sentence that'));
  const { local, session } = await stored();
  expect(JSON.stringify([local, session])).not.toMatch(/secret|written|777/i);
  const own = connection.id;
  expect(Object.keys(local).toSorted()).toEqual([
    'activeConnection',
    'connections',
    `credential:${own}`,
    `lastLook:${own}`,
  ]);
  expect(Object.keys(session).toSorted()).toEqual([
    `credential:${own}`,
    `draft:${own}:${id}`,
    `place:${own}`,
    `reportAsked:${own}`,
    `watch:${own}`,
  ]);
  expect(session[`draft:${own}:${id}`]).toEqual({
    inserted: 'Half a sentence that',
    keptBefore: 0,
    keptAfter: 0,
    startedFrom: lead.lead.value && versionOf(lead.lead.value),
  });
  expect(session[`place:${own}`]).toMatchObject({ lead: id, leadFilter: { status: 'new', period: '7' } });
  end.abort();
});

describe('forgetting a connection', () => {
  const fill = async (id: string) => {
    const key = { kind: 'key', key: `key-of-${id}` } as const;
    await connections.setValue([...(await connections.getValue()), { id, name: id, url: 'https://x.example' }]);
    await keptCredential(id).setValue(key);
    await sessionCredential(id).setValue(key);
    await lastLook(id).setValue('lead_1_a');
    const narrowed = { leadFilter: {}, accountStatus: '', orderStatus: '' };
    await place(id).setValue({ tab: 'leads', ...narrowed, lead: null, user: null, order: null });
    await watch(id).setValue({ cursor: '1.1', newLeads: 2 });
    await draft(id, 'lead_1_a').setValue({ inserted: 'half a note', keptBefore: 0, keptAfter: 0, startedFrom: null });
  };

  it('takes all of it away, what was being written too', async () => {
    await fill('c1');
    await forgetConnection('c1');
    expect(await keys()).toEqual(['connections']);
    expect(await connections.getValue()).toEqual([]);
  });

  it('leaves the others and the settings as they are', async () => {
    await fill('c2');
    await activeConnection.setValue('c2');
    await notifyOfLeads.setValue(true);
    const before = await stored();
    await fill('c1');
    await forgetConnection('c1');
    expect(await stored()).toEqual(before);
  });
});

it('what was never written reads as nothing', async () => {
  expect(await Promise.all([connections, activeConnection, notifyOfLeads].map((item) => item.getValue()))).toEqual([
    [],
    null,
    false,
  ]);
  expect(
    await Promise.all([keptCredential, sessionCredential, lastLook, place, watch].map((item) => item('c1').getValue())),
  ).toEqual([null, null, null, null, null]);
});
