import { signal } from '@preact/signals';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../tests/rig/eventually.ts';
import { fakeBrowser } from '../../../tests/rig/extension-in-node.ts';
import { type LeadFilter, NO_FILTER } from '../../leads/lead-filter.ts';
import { view as storedView } from '../browser/storage.ts';
import { createView } from './navigation.ts';

beforeEach(() => fakeBrowser.reset());

const NOWHERE = { lead: null, user: null, order: null, accountStatus: '', orderStatus: '' };

const kept = () => storedView('c1').getValue();

/** A popup that is open until `close`. */
function openPopup() {
  const view = createView('c1');
  const filter = signal<LeadFilter>(NO_FILTER);
  const end = new AbortController();
  view.keep(filter, end.signal);
  return { view, filter, close: () => end.abort() };
}

describe('where the user was', () => {
  it('is there again when the popup opens again', async () => {
    const { view, filter, close } = openPopup();
    view.show('leads');
    view.openLead('lead_1_a');
    filter.value = {
      ...NO_FILTER,
      status: 'new',
      source: 'chatbot',
      period: 'custom',
      from: '2026-11-01',
      to: '2026-11-02',
    };
    await eventually(async () => expect(await kept()).toMatchObject({ tab: 'leads', status: 'new' }));
    close();
    const again = createView('c1');
    expect(again.restore(await kept())).toEqual(filter.value);
    expect([again.tab.value, again.lead.value, again.panel.value]).toEqual(['leads', 'lead_1_a', null]);
  });

  it('holds no search text, which is often somebody’s name', async () => {
    const { filter, view } = openPopup();
    filter.value = { ...NO_FILTER, q: 'Siti Rahman', status: 'lost' };
    view.show('leads');
    await eventually(async () => expect(await kept()).toMatchObject({ tab: 'leads', status: 'lost' }));
    expect(
      JSON.stringify([await fakeBrowser.storage.local.get(), await fakeBrowser.storage.session.get()]),
    ).not.toContain('Siti');
    expect(createView('c1').restore(await kept())).toEqual({ ...NO_FILTER, status: 'lost' });
  });

  it('ends with the browser and belongs to one connection', async () => {
    openPopup().view.show('leads');
    await eventually(async () => expect(await kept()).toMatchObject({ tab: 'leads' }));
    const other = createView('c2');
    other.restore(await storedView('c2').getValue());
    expect(other.tab.value).toBe('overview');
    expect(await fakeBrowser.storage.local.get()).toEqual({});
  });

  it('is kept no more once the view is closed', async () => {
    const { view, close } = openPopup();
    view.show('leads');
    await eventually(async () => expect(await kept()).toMatchObject({ tab: 'leads' }));
    close();
    view.show('overview');
    view.openLead('lead_1_a');
    expect(await kept()).toMatchObject({ tab: 'leads', lead: null });
  });

  it('is the beginning where nothing, or nothing that this version knows, was kept', async () => {
    const view = createView('c1');
    expect(view.restore(await kept())).toEqual(NO_FILTER);
    await storedView('c1').setValue({ ...NOWHERE, ...NO_FILTER, tab: 'payments', period: 'century' });
    expect(view.restore(await kept())).toEqual(NO_FILTER);
    expect(view.tab.value).toBe('overview');
  });
});

describe('a screen', () => {
  it('that is opened takes the place of what lay on top', () => {
    const { view } = openPopup();
    view.panel.value = 'settings';
    view.openLead('lead_1_a');
    expect([view.tab.value, view.lead.value, view.panel.value]).toEqual(['leads', 'lead_1_a', null]);
    view.panel.value = 'held';
    view.show('overview');
    expect([view.tab.value, view.panel.value]).toEqual(['overview', null]);
  });
});
