import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWidgetFiles } from '../../api/node/widget-files.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { healthReply } from '../../shared/contract/health.ts';
import { callsOf, documentedOperations, SAMPLES, sampleOf } from '../contract/operations.ts';
import type { TestApi } from '../rig/api.ts';
import { launchBrowser } from '../rig/browser.ts';
import { type EdgeApi, startEdgeApi } from '../rig/edge-api.ts';
import { startEdgeFunction } from '../rig/edge-function.ts';
import { servePages } from '../rig/pages.ts';

/** The platform's limit is 20 MB; ours is what still starts at once. */
const BUNDLE_BYTES = 1_200_000;

let api: EdgeApi;
beforeAll(async () => {
  api = await startEdgeApi();
});
afterAll(() => api.close());

const asTestApi = () => ({ ...api, incidents: [] }) satisfies TestApi;

describe('the deployed function', () => {
  it('is one file that asks for no other, and is small', () => {
    const folder = join(import.meta.dirname, '../../api/supabase/functions/make-server-3cbf86a5');
    const bundle = readFileSync(join(folder, 'api.js'), 'utf8');
    // What the CLI follows to find the files to upload.
    const paths = /(?:import|export)\s+(?:{[^{}]+}|.*?)\s*(?:from)?\s*['"](.*?)['"]|import\(\s*['"](.*?)['"]\)/gi;
    const followed = [...bundle.matchAll(paths)].map((match) => match[1] ?? match[2] ?? '');
    expect(followed.filter((path) => /^(\.{0,2}\/|npm:|node:|jsr:|https?:)/.test(path))).toEqual([]);
    const bytes = Buffer.byteLength(bundle);
    process.stdout.write(`edge function: ${bytes} bytes\n`);
    expect(bytes).toBeLessThan(BUNDLE_BYTES);
  });

  it('answers at the address that the platform gives it, after a real query', async () => {
    const reply = await api.request('GET', '/health', { key: null });
    expect(reply.status).toBe(200);
    const health = healthReply.parse(await reply.json());
    expect(health.database).toMatchObject({ engine: expect.stringMatching(/^PostgreSQL 1[5-9]/), ok: true });
  });

  it('serves the widget that was built, and every released one', async () => {
    const { script, polyfill, version, released } = readWidgetFiles();
    for (const [path, file] of [
      ['/widget.js', script],
      [`/widget/${version}/widget.js`, script],
      [`/widget/${version}/webcomponents.js`, polyfill],
      ...[...released].flatMap(([name, form]) => [
        [`/widget/${name}/widget.js`, form.script] as const,
        [`/widget/${name}/webcomponents.js`, form.polyfill] as const,
      ]),
    ] as const) {
      for (const encoding of ['gzip', 'identity']) {
        const reply = await api.request('GET', path, { key: null, headers: { 'Accept-Encoding': encoding } });
        expect(new Uint8Array(await reply.arrayBuffer()), `${path} ${encoding}`).toEqual(file.plain);
        expect(reply.headers.get('ETag')).toBe(`"${file.integrity}"`);
        expect(reply.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
      }
    }
  });

  it('names its own address as callers reach it, past the gateway', async () => {
    const html = await (await api.request('GET', '/docs', { key: null })).text();
    const { script, version } = readWidgetFiles();
    const src = html.match(/script src=(?:"|&quot;)([^"&]+)/)?.[1] ?? '';
    expect(src).toBe(`${api.url}/widget/${version}/widget.js`);
    expect((await fetch(src)).headers.get('ETag')).toBe(`"${script.integrity}"`);
    const document = html.match(/href="([^"]+openapi\.json)"/)?.[1] ?? '';
    expect((await fetch(document)).status).toBe(200);
  });

  it('stores what a visitor types into the form of a page elsewhere', async () => {
    const pages = await servePages(api.url);
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(pages.at('plain'));
      await page.getByLabel('Email').fill('visitor@example.com');
      await page.getByLabel('Message').fill('From a page, through the function.');
      await page.locator('lead-form button[type=submit]').first().click();
      const stored = () =>
        api.sql<{ message: string }>(
          "select value ->> 'message' as message from kv_store_3cbf86a5 where value ->> 'email' = 'visitor@example.com'",
        );
      await expect.poll(stored).toEqual([{ message: 'From a page, through the function.' }]);
    } finally {
      await browser.close();
      await pages.close();
    }
  });

  it('makes exactly one request to PostgREST for each call of the database, and none for what needs none', async () => {
    const operations = await documentedOperations(asTestApi());
    // The function brings no viewer of the document.
    const samples = Object.keys(SAMPLES).filter((name) => !name.startsWith('GET /docs/viewer'));
    expect(operations.map(({ name }) => name).sort()).toEqual(samples.sort());
    const { restRequests } = api.project.gateway;
    for (const { name, method, role } of operations) {
      const { path, options } = await sampleOf(asTestApi(), name);
      const needed = callsOf(name);
      const before = restRequests.length;
      const reply = await api.request(method, path, options);
      expect(reply.status, name).toBeLessThan(300);
      expect(restRequests.length - before, name).toBe(needed);
      if (role === null) continue;
      expect((await api.request(method, path, { ...options, key: 'nobody-has-this-key' })).status, name).toBe(401);
      expect(restRequests.length - before, name).toBe(needed);
    }
    const before = restRequests.length;
    expect((await api.request('POST', '/leads', { key: null, body: {} })).status).toBe(400);
    expect((await api.request('OPTIONS', '/leads', { key: null })).status).toBe(204);
    expect(restRequests.length).toBe(before);
  });

  it('lets nobody be a new visitor each time by what they write', async () => {
    const limited = await startEdgeApi({ environment: { RATE_LIMIT_PER_IP: '2' } });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 3; i++) {
        // Past the gateway, which would write the header anew, as one's own does not.
        const reply = await fetch(`http://127.0.0.1:${limited.edge.port}/make-server-3cbf86a5/leads`, {
          method: 'POST',
          body: '{"email":"a@b.co"}',
          headers: { 'X-Forwarded-For': `10.0.0.${i}`, 'CF-Connecting-IP': `10.0.0.${i}` },
        });
        statuses.push(reply.status);
      }
      expect(statuses).toEqual([201, 201, 429]);
    } finally {
      await limited.close();
    }
  });
});

describe('a function with a setting that cannot be used', () => {
  it.each([
    ['ADMIN_KEY', { ADMIN_KEY: 'short' }],
    ['SUPABASE_URL', {}],
  ])('says so to everybody: %s', async (name, environment) => {
    const edge = await startEdgeFunction(environment);
    try {
      const url = `http://127.0.0.1:${edge.port}/make-server-3cbf86a5/leads`;
      expect((await fetch(url, { method: 'OPTIONS' })).status).toBe(204);
      const reply = await fetch(url, { method: 'POST', body: '{}' });
      expect(reply.status).toBe(503);
      expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(errorReply.parse(await reply.json()).error.message).toContain(name);
      expect(edge.log()).toContain(name);
    } finally {
      await edge.stop();
    }
  });
});
