import type { LeadFilter } from '../../extension/leads/lead-filter.ts';
import type { TestApi } from './api.ts';
import { type OpenWorkspace, openWorkspace } from './extension-in-node.ts';
import { settleFeed } from './numbered-leads.ts';

/** A workspace whose list of leads is open and was read to its end. */
export async function openWholeList(
  api: TestApi,
  url: string,
  filter: Partial<LeadFilter> = {},
): Promise<OpenWorkspace> {
  await settleFeed(api);
  const view = await openWorkspace(url, api.adminKey);
  view.leads.filter.value = { ...view.leads.filter.value, ...filter };
  await view.leads.start(view.signal);
  while (view.leads.nextCursor.value) await view.leads.loadMore();
  return view;
}

/** One look at the feed, once it tells of all that was written. */
export async function lookAtAll(api: TestApi, view: OpenWorkspace): Promise<void> {
  await settleFeed(api);
  await view.look();
}
