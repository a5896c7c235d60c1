import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../rig/api.ts';
import { documentedOperations } from './operations.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const preflight = (path: string, method: string, headers = 'content-type') =>
  fetch(api.url + path, {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://studio.example',
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': headers,
    },
  });

it('a preflight of every route passes, also under the first base path, and lets no cookies through', async () => {
  for (const { method, path } of await documentedOperations(api)) {
    for (const base of ['', '/make-server-3cbf86a5']) {
      const reply = await preflight(base + path, method);
      expect(reply.status, `${method} ${base}${path}`).toBe(204);
      expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(reply.headers.get('Access-Control-Allow-Methods')?.split(',')).toContain(method);
      expect(reply.headers.get('Access-Control-Allow-Credentials')).toBeNull();
    }
  }
});

it('a header that we do not know, as proxies and monitors add them, fails no preflight', async () => {
  const reply = await preflight(
    '/leads',
    'POST',
    'content-type,idempotency-key,traceparent,x-client-info,apikey,authorization',
  );
  const allowed = reply.headers.get('Access-Control-Allow-Headers')?.split(/ *, */);
  expect(allowed).toEqual([
    'content-type',
    'idempotency-key',
    'traceparent',
    'x-client-info',
    'apikey',
    'authorization',
  ]);
});

it('a page of another origin may read what it needs of a reply', async () => {
  const reply = await fetch(`${api.url}/leads`, {
    method: 'POST',
    headers: { Origin: 'https://studio.example' },
    body: '{"email":"a@b.co"}',
  });
  expect(reply.status).toBe(201);
  expect(reply.headers.get('Access-Control-Expose-Headers')?.split(/ *, */)).toEqual(
    expect.arrayContaining(['ETag', 'Idempotent-Replayed', 'Retry-After', 'X-Request-Id']),
  );
});
