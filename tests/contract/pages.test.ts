import type { OpenAPIV3_1 } from 'openapi-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeConnectionCode } from '../../shared/contract/connection-code.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { ADMIN_KEY, startApi, type TestApi } from '../rig/api.ts';
import { appWith, failingDatabase } from './app-with.ts';
import { sendRaw } from './raw-request.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const get = (path: string, headers: Record<string, string> = {}) => api.request('GET', path, { key: null, headers });
const raw = (path: string, headers: string[]) =>
  sendRaw(api.url, [`GET ${path} HTTP/1.1`, ...headers, 'Connection: close']);

describe('the OpenAPI document', () => {
  it('is 3.1, names every status with a description, and every reference resolves', async () => {
    const document = (await (await get('/openapi.json')).json()) as OpenAPIV3_1.Document;
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
    for (const reference of references) {
      const found = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((node, step) => (node as Record<string, unknown>)?.[step], document);
      expect(found, reference).toBeDefined();
    }
    for (const [path, item] of Object.entries(document.paths ?? {})) {
      for (const [method, operation] of Object.entries(item ?? {}) as [string, OpenAPIV3_1.OperationObject][]) {
        const where = `${method} ${path}`;
        expect(operation.summary, where).toMatch(/\S/);
        for (const reply of Object.values(operation.responses ?? {}))
          expect((reply as { description: string }).description, where).toMatch(/\S/);
        const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
        const parameters = (operation.parameters ?? []) as OpenAPIV3_1.ParameterObject[];
        expect(
          parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name),
          where,
        ).toEqual(placeholders);
        for (const parameter of parameters) {
          if (parameter.in === 'path') expect(parameter.required, where).toBe(true);
          expect(parameter.schema, where).toBeDefined();
        }
        for (const requirement of operation.security ?? []) {
          for (const scheme of Object.keys(requirement))
            expect(document.components?.securitySchemes, where).toHaveProperty(scheme);
        }
      }
    }
  });

  it('has an example for every body, which its route takes', async () => {
    const document = (await (await get('/openapi.json')).json()) as OpenAPIV3_1.Document;
    const bodies = Object.values(document.paths ?? {}).flatMap((item) =>
      Object.values(item as Record<string, OpenAPIV3_1.OperationObject>).flatMap(({ requestBody }) =>
        requestBody && 'content' in requestBody ? [requestBody.content['application/json']] : [],
      ),
    );
    expect(bodies.length).toBeGreaterThan(8);
    for (const body of bodies) {
      const schema = z.fromJSONSchema(body?.schema as Parameters<typeof z.fromJSONSchema>[0]);
      expect(schema.safeParse(body?.example).error, JSON.stringify(body?.example)).toBeUndefined();
    }
  });

  it('is shown as a page that loads nothing from elsewhere and names the pinned script', async () => {
    const reply = await get('/docs');
    const html = await reply.text();
    expect(reply.headers.get('Content-Type')).toMatch(/^text\/html/);
    const policy = reply.headers.get('Content-Security-Policy');
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    const integrity = html.match(/integrity=(?:"|&quot;)(sha384-[A-Za-z0-9+/=]+)/)?.[1];
    expect((await get('/widget.js')).headers.get('ETag')).toBe(`"${integrity}"`);
  });
});

it.each(['/docs', '/connect'])('%s has a nonce of its own each time, which no caller chooses', async (path) => {
  const nonces = new Set<string>();
  for (const _ of [1, 2]) {
    const policy = (await get(path, { 'X-Request-Id': 'chosen' })).headers.get('Content-Security-Policy');
    nonces.add(policy?.match(/'nonce-([\da-f-]{36})'/)?.[1] ?? '');
  }
  expect(nonces.size).toBe(2);
  expect(nonces).not.toContain('');
});

describe('the script', () => {
  const version = async () => ((await (await get('/health')).json()) as { version: string }).version;

  it('is the same plain and compressed, fresh for minutes, and may be loaded from any origin', async () => {
    const plain = await get('/widget.js', { 'Accept-Encoding': 'identity' });
    const zipped = await get('/widget.js', { 'Accept-Encoding': 'br, gzip' });
    expect(plain.headers.get('Content-Encoding')).toBeNull();
    expect(zipped.headers.get('Content-Encoding')).toBe('gzip');
    expect(await zipped.text()).toBe(await plain.text());
    for (const reply of [plain, zipped]) {
      expect(reply.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
      expect(reply.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
      expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(reply.headers.get('Cache-Control')).toBe('public, max-age=300');
      expect(reply.headers.get('Vary')).toBe('Accept-Encoding');
    }
  });

  it('is not compressed for who refuses that', async () => {
    for (const encoding of ['gzip;q=0', 'gzip; q=0.0, identity']) {
      const { text } = await raw('/widget.js', ['Host: x', `Accept-Encoding: ${encoding}`]);
      expect(text, encoding).not.toMatch(/content-encoding/i);
    }
    const { text } = await raw('/widget.js', ['Host: x', 'Accept-Encoding: gzip;q=0.5']);
    expect(text).toMatch(/content-encoding: gzip/i);
  });

  it('is not sent again to who has it', async () => {
    const etag = (await get('/widget.js')).headers.get('ETag') ?? '';
    expect(etag).toMatch(/^"sha384-[A-Za-z0-9+/]{64}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const reply = await get('/widget.js', { 'If-None-Match': known });
      expect(reply.status, known).toBe(304);
      expect(await reply.text()).toBe('');
      expect(reply.headers.get('ETag')).toBe(etag);
    }
    expect((await get('/widget.js', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('of this version never changes, of another is a 404', async () => {
    for (const file of ['widget.js', 'webcomponents.js']) {
      const reply = await get(`/widget/${await version()}/${file}`);
      expect(reply.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
      for (const other of ['0.0.0', '..%2f..', 'latest']) {
        const missing = await get(`/widget/${other}/${file}`);
        expect(missing.status).toBe(404);
        expect(missing.headers.get('Cache-Control')).toBe('no-store');
        expect(errorReply.parse(await missing.json()).error.message).toContain(await version());
      }
    }
  });
});

describe('the page that connects the extension', () => {
  it('shows the code to a person at this machine, and to no script of another origin', async () => {
    const reply = await get('/connect');
    expect(reply.status).toBe(200);
    const code = (await reply.text()).match(/vs1_[\w-]+/)?.[0] ?? '';
    expect(decodeConnectionCode(code)).toEqual({ url: api.url, key: ADMIN_KEY });
    expect(reply.headers.get('Access-Control-Allow-Origin')).toBeNull();
    expect(reply.headers.get('Cache-Control')).toBe('no-store');
    expect(reply.headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
    expect(reply.headers.get('Content-Security-Policy')).toMatch(/frame-ancestors 'none'/);
  });

  it.each([
    ['another host', ['Host: evil.example']],
    ['a host that begins like ours', ['Host: 127.0.0.1.evil.example']],
    ['a host that ends like ours', ['Host: evil.localhost']],
    ['another site', ['Host: localhost', 'Sec-Fetch-Site: cross-site']],
    ['a sibling site', ['Host: localhost', 'Sec-Fetch-Site: same-site']],
    ['a proxy', ['Host: localhost', 'X-Forwarded-For: 127.0.0.1']],
    ['a proxy by the standard', ['Host: localhost', 'Forwarded: for=127.0.0.1']],
    ['another proxy', ['Host: localhost', 'Via: 1.1 x']],
    ['a proxy that only names the scheme', ['Host: localhost', 'X-Forwarded-Proto: https']],
    ['a script of a page', ['Host: localhost', 'Origin: http://localhost']],
  ])('is refused to %s', async (_, headers) => {
    for (const path of ['/connect', '/connect/']) {
      const { status, text } = await raw(path, headers);
      expect(status).toBe(403);
      expect(text).not.toMatch(/vs1_|access-control-allow-origin/i);
    }
  });

  it('is refused in HTTP/1.0, which proxies speak and browsers do not', async () => {
    const { status, text } = await sendRaw(api.url, ['GET /connect HTTP/1.0', 'Host: 127.0.0.1:8787']);
    expect(status).toBe(403);
    expect(text).not.toContain('vs1_');
  });

  it.each(['localhost:8787', '127.0.0.1', '[::1]:8787'])('is shown for the host %s', async (host) => {
    expect((await raw('/connect', [`Host: ${host}`])).status).toBe(200);
  });

  it('is refused to everybody behind a trusted proxy', async () => {
    const proxied = await startApi({ TRUST_PROXY: '1' });
    expect((await proxied.request('GET', '/connect', { key: null })).status).toBe(403);
    await proxied.close();
  });

  it('is not there under the first base path, nor where the product is not embedded', async () => {
    expect((await get('/make-server-3cbf86a5/connect')).status).toBe(404);
    const { app } = appWith(failingDatabase(new Error('unused')));
    expect((await app.request('/connect')).status).toBe(404);
    expect((await app.request('/')).status).toBe(404);
  });
});

it('the demo page holds the tag as a site owner would paste it', async () => {
  const html = await (await get('/')).text();
  expect(html).toContain(`${api.url}/widget.js`);
  expect(html).toContain('<lead-form');
  expect(html).not.toContain('__API__');
});
