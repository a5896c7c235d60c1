import { browser } from 'wxt/browser';
import { notifyOfLeads } from './storage.ts';

const permission = { permissions: ['notifications' as const] };

/** Whether the user wants a notification for each new lead and the browser lets us. */
export async function notifies(): Promise<boolean> {
  return (await notifyOfLeads.getValue()) && (await browser.permissions.contains(permission));
}

/**
 * Turns notifications on or off; on asks the browser's permission, so call it straight from a click.
 * @returns whether they are on now
 */
export async function setNotifies(wanted: boolean): Promise<boolean> {
  // At once: the question needs the click that leads here, and may close the popup. Without the permission the wish does nothing.
  const kept = notifyOfLeads.setValue(wanted);
  const { permissions } = browser;
  const [allowed] = await Promise.all([
    wanted ? permissions.request(permission) : permissions.remove(permission),
    kept,
  ]);
  return wanted && allowed;
}

/** Shows that leads came in. It names nobody: notifications stay in the system's own history. */
export async function notifyNewLeads(connection: string, count: number): Promise<void> {
  if (count === 0 || !(await notifies())) return;
  await browser.notifications.create({
    type: 'basic',
    iconUrl: browser.runtime.getURL('/icon/128.png'),
    title: count === 1 ? 'New lead' : `${count} new leads`,
    message: `${connection}: open Vision Studio CRM to see ${count === 1 ? 'it' : 'them'}.`,
  });
}
