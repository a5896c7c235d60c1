/** First step of `npm test`: once for all workers, which would otherwise install a browser each. */
import { findChromium } from './browser.ts';

await findChromium();
