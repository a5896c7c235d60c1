import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../tests/rig/eventually.ts';
import { fakeBrowser } from '../../../tests/rig/extension-in-node.ts';
import { place } from '../browser/storage.ts';
import { createNavigation } from './navigation.ts';

beforeEach(() => fakeBrowser.reset());

const NOWHERE = { lead: null, user: null, order: null, leadFilter: {}, accountStatus: '', orderStatus: '' };

const kept = () => place('c1').getValue();

/** A popup that is open until `close`. */
async function openPopup(connectionId = 'c1') {
  const navigation = createNavigation(connectionId, await place(connectionId).getValue());
  const end = new AbortController();
  navigation.keep(end.signal);
  return { navigation, close: () => end.abort() };
}

describe('where the user was', () => {
  it('is there again when the popup opens again', async () => {
    const { navigation, close } = await openPopup();
    navigation.show('leads');
    navigation.openLead('lead_1_a');
    navigation.leadFilter.value = { status: 'new', period: 'custom', from: '2026-11-01', to: '2026-11-02' };
    await eventually(async () => expect(await kept()).toMatchObject({ tab: 'leads', leadFilter: { status: 'new' } }));
    close();
    const { navigation: again } = await openPopup();
    expect(again.leadFilter.value).toEqual(navigation.leadFilter.value);
    expect([again.tab.value, again.lead.value, again.panel.value]).toEqual(['leads', 'lead_1_a', null]);
  });

  it('ends with the browser and belongs to one connection', async () => {
    (await openPopup()).navigation.show('leads');
    await eventually(async () => expect(await kept()).toMatchObject({ tab: 'leads' }));
    const { navigation: other } = await openPopup('c2');
    expect(other.tab.value).toBe('overview');
    expect(await fakeBrowser.storage.local.get()).toEqual({});
  });

  it('is kept no more once the view is closed', async () => {
    const { navigation, close } = await openPopup();
    navigation.show('leads');
    await eventually(async () => expect(await kept()).toMatchObject({ tab: 'leads' }));
    close();
    navigation.show('overview');
    navigation.openLead('lead_1_a');
    expect(await kept()).toMatchObject({ tab: 'leads', lead: null });
  });

  it('is the beginning where nothing, or nothing that this version knows, was kept', async () => {
    expect(createNavigation('c1', await kept()).tab.value).toBe('overview');
    await place('c1').setValue({ ...NOWHERE, tab: 'payments' });
    expect(createNavigation('c1', await kept()).tab.value).toBe('overview');
  });
});

describe('a screen', () => {
  it('that is opened takes the place of what lay on top', async () => {
    const { navigation } = await openPopup();
    navigation.panel.value = 'settings';
    navigation.openLead('lead_1_a');
    expect([navigation.tab.value, navigation.lead.value, navigation.panel.value]).toEqual(['leads', 'lead_1_a', null]);
    navigation.panel.value = 'held';
    navigation.show('overview');
    expect([navigation.tab.value, navigation.panel.value]).toEqual(['overview', null]);
  });
});
