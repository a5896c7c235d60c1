import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { checkBackend } from '../platform/browser/backend-watch.ts';
import { activeConnection } from '../platform/browser/storage.ts';

const ALARM = 'watch';
/** The shortest that browsers allow. */
const EVERY_MINUTES = 0.5;

/** The worker looks at the backend now and then for the toolbar badge. It holds nothing: browsers end it after 30 idle seconds. */
export default defineBackground({
  main() {
    browser.alarms.onAlarm.addListener(({ name }) => {
      if (name === ALARM) void checkBackend();
    });
    activeConnection.watch(() => void checkBackend());
    void browser.alarms.get(ALARM).then((alarm) => {
      // An alarm outlives the worker; setting it again would put it off each time.
      if (!alarm) void browser.alarms.create(ALARM, { periodInMinutes: EVERY_MINUTES });
    });
    // Some browsers keep no alarm beyond their end: this one wakes the worker, which sets it again.
    browser.runtime.onStartup.addListener(() => void checkBackend());
    void checkBackend();
  },
});
