import { signal } from '@preact/signals';
import { asFailure } from '../platform/api/failure.ts';
import { notifies, setNotifies } from '../platform/browser/notifications.ts';
import {
  openInTab,
  openingShortcut,
  openSidePanel,
  type Surface,
  textDirection,
} from '../platform/browser/surfaces.ts';
import type { Toasts } from '../platform/workspace/toasts.ts';

export type { Surface };

/** Where the app is shown and what the user set for all connections. */
export function createSettings(surface: Surface, toasts: Toasts) {
  const notifications = signal(false);
  const shortcut = signal<string | null>(null);

  const orSay = (doing: string, work: Promise<unknown>) =>
    work.catch((error) => toasts.show({ tone: 'danger', message: `${doing} failed: ${asFailure(error).message}` }));

  return {
    surface,
    direction: textDirection(),
    notifications,
    shortcut,
    openInTab: () => orSay('Opening a tab', openInTab()),
    openSidePanel: () => orSay('Opening the side panel', openSidePanel()),
    async setNotifications(wanted: boolean): Promise<void> {
      notifications.value = await setNotifies(wanted);
      if (wanted && !notifications.value) {
        toasts.show({ tone: 'info', message: 'The browser did not allow notifications, so they stay off.' });
      }
    },
    async load(): Promise<void> {
      [notifications.value, shortcut.value] = await Promise.all([notifies(), openingShortcut()]);
    },
  };
}
