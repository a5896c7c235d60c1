import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from '../../tests/rig/extension-in-node.ts';
import { notifies } from '../platform/browser/notifications.ts';
import { notifyOfLeads } from '../platform/browser/storage.ts';
import { createToasts } from '../platform/workspace/toasts.ts';
import { createSettings } from './settings.ts';

let toasts: ReturnType<typeof createToasts>;
let allowed: boolean;
beforeEach(() => {
  fakeBrowser.reset();
  toasts = createToasts();
  allowed = false;
  const { permissions, i18n, commands } = fakeBrowser;
  // Stand in for a browser and for the user who answers its question.
  vi.spyOn(i18n, 'getMessage').mockReturnValue('rtl');
  vi.spyOn(permissions, 'contains').mockImplementation(async () => allowed);
  vi.spyOn(permissions, 'remove').mockImplementation(async () => {
    allowed = false;
    return true;
  });
  vi.spyOn(commands, 'getAll').mockImplementation(async () => [{ name: '_execute_action', shortcut: 'Alt+Shift+L' }]);
});
afterEach(() => vi.restoreAllMocks());

/** The user's answer to the browser's question. */
const answer = (yes: boolean) =>
  vi.spyOn(fakeBrowser.permissions, 'request').mockImplementation(async () => {
    allowed = yes;
    return yes;
  });
const settings = () => createSettings('popup', toasts);

describe('notifications', () => {
  it('are off until the user wants them', async () => {
    const model = settings();
    await model.load();
    expect([model.notifications.value, model.shortcut.value, model.direction]).toEqual([false, 'Alt+Shift+L', 'rtl']);
  });

  it('are on once the browser allows them, and stay on', async () => {
    const asked = answer(true);
    await settings().setNotifications(true);
    expect(asked).toHaveBeenCalledWith({ permissions: ['notifications'] });
    const again = settings();
    await again.load();
    expect([again.notifications.value, toasts.toasts.value]).toEqual([true, []]);
  });

  it('are asked for while the click lasts: Firefox takes the question from nothing else', () => {
    const asked = answer(true);
    void settings().setNotifications(true);
    expect(asked).toHaveBeenCalledOnce();
  });

  it('stay off where the browser does not allow them, and that is said', async () => {
    answer(false);
    const model = settings();
    await model.setNotifications(true);
    expect([model.notifications.value, await notifies()]).toEqual([false, false]);
    expect(toasts.toasts.value).toMatchObject([{ message: expect.stringContaining('did not allow notifications') }]);
  });

  it('that are turned off give the permission back', async () => {
    answer(true);
    const model = settings();
    await model.setNotifications(true);
    await model.setNotifications(false);
    expect([model.notifications.value, allowed, await notifyOfLeads.getValue()]).toEqual([false, false, false]);
  });
});

describe('the app', () => {
  it('opens in a tab of its own', async () => {
    await settings().openInTab();
    expect((await fakeBrowser.tabs.query({})).at(-1)?.url).toMatch(/\/tab\.html$/);
  });

  it('says so where the browser does not let it open', async () => {
    vi.spyOn(fakeBrowser.tabs, 'create').mockRejectedValue(new Error('No window is open.'));
    await settings().openInTab();
    expect(toasts.toasts.value).toMatchObject([
      { tone: 'danger', message: expect.stringMatching(/^Opening a tab failed/) },
    ]);
  });
});
