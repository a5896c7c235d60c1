import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readWidgetFiles } from '../../api/node/widget-files.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { appWith, failingDatabase } from './app-with.ts';

const RELEASES = new URL('../../widget/releases/', import.meta.url);
const record: Record<string, Record<string, string>> = JSON.parse(
  readFileSync(new URL('integrity.json', RELEASES), 'utf8'),
);
const released = Object.entries(record).flatMap(([version, files]) =>
  Object.entries(files).map(([file, integrity]) => ({ version, file, integrity })),
);
const hashOf = async (reply: Response) =>
  `sha384-${createHash('sha384')
    .update(new Uint8Array(await reply.arrayBuffer()))
    .digest('base64')}`;

// The script is served also while the database is away.
const { app } = appWith(failingDatabase(new Error('away')));
const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

describe('a released form', () => {
  it('has script and polyfill, and its bytes are recorded', () => {
    const stored = readdirSync(RELEASES, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'integrity.json')
      .map((entry) => `${entry.parentPath.split('/').at(-1)}/${entry.name}`);
    expect(released.map(({ version, file }) => `${version}/${file}`).sort()).toEqual(stored.sort());
    for (const files of Object.values(record)) expect(Object.keys(files)).toEqual(['widget.js', 'webcomponents.js']);
    expect(Object.keys(record)).toContain('0.1.0');
  });

  it('of the first version is the script that was released then', () => {
    // Written here once more, so that a changed file cannot be excused by a changed record.
    expect(record['0.1.0']?.['widget.js']).toBe(
      'sha384-L7byjBo85CiIoXxrq6Fb8cccjv3xgl5hc1iWPUwFqkDzD5eH0CzouG3EKEXiQgCr',
    );
  });

  it.each(released)('$version/$file is served byte for byte', async ({ version, file, integrity }) => {
    const plain = await get(`/widget/${version}/${file}`);
    expect(plain.status).toBe(200);
    expect(await hashOf(plain), 'A released file was changed. Restore it.').toBe(integrity);
    expect(plain.headers.get('ETag')).toBe(`"${integrity}"`);
    expect(plain.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('Access-Control-Allow-Origin')).toBe('*');
    const zipped = await get(`/widget/${version}/${file}`, { 'Accept-Encoding': 'gzip' });
    expect(zipped.headers.get('Content-Encoding')).toBe('gzip');
    const unzipped = zipped.body?.pipeThrough(new DecompressionStream('gzip'));
    expect(await hashOf(new Response(unzipped))).toBe(integrity);
  });

  it('is never built anew with other bytes', () => {
    const { version, script, polyfill } = readWidgetFiles();
    const built = { 'widget.js': script.integrity, 'webcomponents.js': polyfill.integrity };
    expect(
      record[version] ?? built,
      `Version ${version} is released, and the form has changed since. Raise the version in package.json.`,
    ).toEqual(built);
  });

  it('that never was is a 404', async () => {
    for (const version of ['0.0.9', '0.1', 'integrity.json', '..%2freleases%2f0.1.0', '0.1.0%00']) {
      for (const file of ['widget.js', 'webcomponents.js']) {
        const reply = await get(`/widget/${version}/${file}`);
        expect(reply.status, version).toBe(404);
        expect(reply.headers.get('Cache-Control')).toBe('no-store');
        expect(errorReply.parse(await reply.json()).error.code).toBe('not_found');
      }
    }
  });
});
