/** Draws the extension's icons from their one source, `extension/public/icon.svg`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../rig/browser.ts';

const PUBLIC = fileURLToPath(new URL('../../extension/public/', import.meta.url));

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

it.each([16, 32, 48, 128])('the icon at %i pixels', async (size) => {
  const svg = await readFile(`${PUBLIC}icon.svg`, 'utf8');
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 100vw }</style>${svg}`);
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  // Width in the header of the PNG.
  expect(png.readUInt32BE(16)).toBe(size);
  await mkdir(`${PUBLIC}icon`, { recursive: true });
  await writeFile(`${PUBLIC}icon/${size}.png`, png);
});
