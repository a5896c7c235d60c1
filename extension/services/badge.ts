import { browser } from 'wxt/browser';

// The toolbar does not follow our stylesheet; both colours carry white text at 4.5:1.
const NEW_LEADS = '#4338ca';
const AWAY = '#b91c1c';

const shortCount = (count: number) => (count > 999 ? '999+' : String(count));

/** What the toolbar says: how many new leads there are, or that the backend is away. Null: nothing is known. */
export async function showBadge(state: { newLeads: number } | { away: string } | null): Promise<void> {
  const text = state === null ? '' : 'away' in state ? '!' : state.newLeads === 0 ? '' : shortCount(state.newLeads);
  const title =
    state === null
      ? 'Vision Studio CRM: not connected'
      : 'away' in state
        ? `Backend Offline: ${state.away}`
        : `Vision Studio CRM: ${state.newLeads === 1 ? '1 new lead' : `${state.newLeads} new leads`}`;
  await Promise.all([
    browser.action.setBadgeText({ text }),
    browser.action.setBadgeBackgroundColor({ color: state && 'away' in state ? AWAY : NEW_LEADS }),
    browser.action.setBadgeTextColor({ color: '#ffffff' }),
    browser.action.setTitle({ title }),
  ]);
}
