import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { WidgetFile, WidgetFiles } from '../deps.ts';
import { StartError } from '../start-error.ts';

const ROOT = join(import.meta.dirname, '../..');

function load(name: string): WidgetFile {
  try {
    const plain = new Uint8Array(readFileSync(join(ROOT, 'widget/dist', name)));
    const integrity = `sha384-${createHash('sha384').update(plain).digest('base64')}`;
    return { plain, gzip: new Uint8Array(gzipSync(plain, { level: 9 })), integrity };
  } catch {
    throw new StartError(`widget/dist/${name} is missing: run \`npm run build\` first.`);
  }
}

/**
 * The built script and its polyfill.
 * @throws StartError when they were not built
 */
export function readWidgetFiles(): WidgetFiles {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return { version, script: load('widget.js'), polyfill: load('webcomponents.js') };
}

/** The demo page of `/`, with `__API__` where the API's address belongs. */
export function readDemoPage(): string {
  return readFileSync(join(ROOT, 'widget/pages/demo.html'), 'utf8');
}
