import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TestApi } from '../../tests/rig/api.ts';
import { eventually } from '../../tests/rig/eventually.ts';
import { type OpenWorkspace, openWorkspace } from '../../tests/rig/extension-in-node.ts';
import type { FaultyProxy } from '../../tests/rig/faulty-proxy.ts';
import { editLead, insertLeads, numberedId, numberedIds, settleFeed } from '../../tests/rig/numbered-leads.ts';
import { useProxiedApi } from '../../tests/rig/proxied-api.ts';

/** Stands in for the browser's downloads. */
const downloads = vi.hoisted(() => [] as { name: string; text: string; type: string }[]);
vi.mock('../platform/browser/files.ts', () => ({
  saveFile: (name: string, parts: string[], type: string) => downloads.push({ name, text: parts.join(''), type }),
}));

let api: TestApi;
let proxy: FaultyProxy;
let view: OpenWorkspace;
useProxiedApi((made) => {
  ({ api, proxy } = made);
});
beforeAll(async () => {
  await insertLeads(api, 1, 450);
  await insertLeads(api, 451, 460, { status: 'lost', name: '=1+1', message: 'two\nlines' });
  await settleFeed(api);
});
beforeEach(async () => {
  downloads.length = 0;
  view = await openWorkspace(proxy.url, api.adminKey);
});
afterEach(() => view.close());

const isNextPage = ({ path }: { path: string }) => path.includes('cursor=');

describe('the file', () => {
  it('has every lead of every page as JSON, exactly as the API gives them', async () => {
    const seen: unknown[] = [];
    const stop = view.exporting.progress.subscribe((progress) => seen.push(progress));
    await view.exporting.run('json');
    stop();
    const [file] = downloads;
    expect(downloads).toHaveLength(1);
    expect(file).toMatchObject({
      name: expect.stringMatching(/^leads-\d{4}-\d\d-\d\d\.json$/),
      type: 'application/json',
    });
    const leads: { id: string }[] = JSON.parse(file?.text ?? '');
    expect(leads.map(({ id }) => id)).toEqual(numberedIds(460, 1));
    expect(leads[0]).toEqual(await view.crm.getLead(numberedId(460)));
    expect(seen.at(-2)).toEqual({ done: 460, total: 460 });
    expect(view.said()).toEqual(['460 leads are in the file.']);
  });

  it('has as CSV a mark for spreadsheets, a header and one record a lead', async () => {
    await view.exporting.run('csv');
    const [file] = downloads;
    expect(file).toMatchObject({ name: expect.stringMatching(/\.csv$/), type: 'text/csv;charset=utf-8' });
    expect(file?.text).toMatch(/^\ufeffid,createdAt,status,/);
    expect(file?.text.match(/^lead_/gm)).toHaveLength(460);
    expect(file?.text).toContain("'=1+1");
  });

  it('has only what the list is narrowed to, however little of it is shown', async () => {
    view.leads.filter.value = { ...view.leads.filter.value, status: 'lost', q: '=1+' };
    await view.exporting.run('json');
    expect(JSON.parse(downloads[0]?.text ?? '')).toHaveLength(10);
    expect(view.said()).toEqual(['10 leads are in the file.']);
  });

  it('is said to lack rows that are no leads', async () => {
    await editLead(api, numberedId(7), { email: null });
    await view.exporting.run('json');
    await editLead(api, numberedId(7), { email: 'ann@example.com' });
    expect(JSON.parse(downloads[0]?.text ?? '')).toHaveLength(459);
    expect(view.said()[0]).toMatch(/^459 leads are in the file\. 1 rows? that/);
  });

  it('is asked for once, however often the button is pressed', async () => {
    await Promise.all([view.exporting.run('json'), view.exporting.run('csv'), view.exporting.run('json')]);
    expect(downloads).toHaveLength(1);
  });
});

describe('no file is written', () => {
  it('when the user stops it halfway', async () => {
    proxy.set({ slow: 600_000 }, isNextPage);
    const run = view.exporting.run('csv');
    await eventually(() => expect(view.exporting.progress.value).toEqual({ done: 200, total: 460 }));
    view.exporting.cancel();
    await run;
    expect([downloads, view.exporting.progress.value]).toEqual([[], null]);
    expect(view.said()).toEqual(['The export was cancelled. No file was written.']);
    expect(view.live.backend.value).toMatchObject({ state: 'connected' });
  });

  it('when a page cannot be read, until another try reads them all', async () => {
    proxy.set('html', isNextPage);
    await view.exporting.run('json');
    expect([downloads, view.exporting.progress.value]).toEqual([[], null]);
    expect(view.said()[0]).toMatch(/^The export failed: .* No file was written\.$/);
    proxy.set('pass');
    view.toasts.toasts.value.at(-1)?.action?.onAction();
    await eventually(() => expect(downloads).toHaveLength(1));
    expect(JSON.parse(downloads[0]?.text ?? '')).toHaveLength(460);
  });
});
