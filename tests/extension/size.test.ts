import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { BROWSERS, firstLoad, readBuilt } from './built-extension.ts';

/** Bytes of gzip -9. */
const BUDGET = 60_000;

const sizeOf = (text: string) => gzipSync(text, { level: 9 }).length;

it.each(BROWSERS)('the popup for %s loads little JavaScript', (browser) => {
  const sizes = firstLoad(browser, 'popup.html').map((file) => ({ file, size: sizeOf(readBuilt(browser, file)) }));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  const list = sizes.map(({ file, size }) => `${file} ${size}`).join(', ');
  console.log(`${browser} popup: ${total} of ${BUDGET} bytes gzip: ${list}`);
  expect(sizes.length).toBeGreaterThan(0);
  expect(total, `Load on demand what the first screen does not need. It loads ${list}`).toBeLessThanOrEqual(BUDGET);
});
