import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { StartError } from '../errors.ts';
import type { ViewerFiles, WidgetFile, WidgetFiles } from '../http/deps.ts';

const ROOT = join(import.meta.dirname, '../..');

function load(path: string): WidgetFile {
  try {
    const plain = new Uint8Array(readFileSync(join(ROOT, path)));
    const integrity = `sha384-${createHash('sha384').update(plain).digest('base64')}`;
    return { plain, gzip: new Uint8Array(gzipSync(plain, { level: 9 })), integrity };
  } catch {
    throw new StartError(`${path} is missing: run \`npm run build\` first.`);
  }
}

const loadForm = (folder: string) => ({
  script: load(`${folder}/widget.js`),
  polyfill: load(`${folder}/webcomponents.js`),
});

/** `widget/releases/<version>/`, as they were published. */
function readReleased(): WidgetFiles['released'] {
  const entries = readdirSync(join(ROOT, 'widget/releases'), { withFileTypes: true });
  const versions = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return new Map(versions.map((version) => [version, loadForm(`widget/releases/${version}`)]));
}

/**
 * The built script and its polyfill.
 * @throws StartError when they were not built
 */
export function readWidgetFiles(): WidgetFiles {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return { version, ...loadForm('widget/dist'), released: readReleased() };
}

/** The demo page of `/`, with `__API__` where the API's address belongs. */
export function readDemoPage(): string {
  return readFileSync(join(ROOT, 'widget/pages/demo.html'), 'utf8');
}

/** The viewer of /docs: Swagger UI, as its package brings it. */
export function readViewerFiles(): ViewerFiles {
  return {
    script: load('node_modules/swagger-ui-dist/swagger-ui-bundle.js'),
    style: load('node_modules/swagger-ui-dist/swagger-ui.css'),
  };
}
