/**
 * `npm run release:widget`: keeps the form of this version for the pages that pin it. Commit what it writes to
 * `widget/releases/`. The API serves these files for ever, so a released version never gets other bytes.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWidget } from './build.ts';

const RELEASES = fileURLToPath(new URL('releases', import.meta.url));
const BUILT = fileURLToPath(new URL('dist', import.meta.url));
const RECORD = join(RELEASES, 'integrity.json');
const FILES = ['widget.js', 'webcomponents.js'];

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
/** `sha384-…` by file by version, as an `integrity` attribute takes it. */
const record = JSON.parse(await readFile(RECORD, 'utf8')) as Record<string, Record<string, string>>;

if (record[version]) throw new Error(`Version ${version} of the form is released. Raise the version in package.json.`);
await buildWidget(BUILT);
const integrity: Record<string, string> = {};
await mkdir(join(RELEASES, version), { recursive: true });
for (const file of FILES) {
  const hash = createHash('sha384').update(await readFile(join(BUILT, file)));
  integrity[file] = `sha384-${hash.digest('base64')}`;
  await copyFile(join(BUILT, file), join(RELEASES, version, file));
}
await writeFile(RECORD, `${JSON.stringify({ ...record, [version]: integrity }, null, 2)}\n`);
console.log(`widget/releases/${version}: widget.js ${integrity['widget.js']}`);
