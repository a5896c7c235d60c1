/** First step of `npm test`: once for all workers, which would otherwise install a browser each. */
import { findChromium } from './browser.ts';
import { findFirefox, installFirefox } from './firefox.ts';

await findChromium();
const firefox = findFirefox() ?? installFirefox();
console.log(
  firefox
    ? `browser: ${firefox}`
    : 'browser: no Firefox found, so its tests are skipped. Install one, or set FIREFOX_PATH to one.',
);
