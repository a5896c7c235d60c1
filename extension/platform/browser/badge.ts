import { browser } from 'wxt/browser';

// The toolbar does not follow our stylesheet; both colours carry white text at 4.5:1.
const NEW_LEADS = '#4338ca';
const WRONG = '#b91c1c';

const shortCount = (count: number) => (count > 999 ? '999+' : String(count));

export type BadgeState = { newLeads: number } | { away: string } | { drift: string } | null;

/** What the toolbar says: how many new leads there are, or in red what is wrong. Null: nothing is known. */
export async function showBadge(state: BadgeState): Promise<void> {
  let text = '';
  let title = 'Vision Studio CRM: not connected';
  if (state && 'newLeads' in state) {
    text = state.newLeads === 0 ? '' : shortCount(state.newLeads);
    title = `Vision Studio CRM: ${state.newLeads === 1 ? '1 new lead' : `${state.newLeads} new leads`}`;
  } else if (state) {
    text = '!';
    title = 'away' in state ? `Backend Offline: ${state.away}` : `Data is not in sync: ${state.drift}`;
  }
  await Promise.all([
    browser.action.setBadgeText({ text }),
    browser.action.setBadgeBackgroundColor({ color: text === '!' ? WRONG : NEW_LEADS }),
    browser.action.setBadgeTextColor({ color: '#ffffff' }),
    browser.action.setTitle({ title }),
  ]);
}
