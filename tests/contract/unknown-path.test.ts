import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorReply } from '../../shared/contract/errors.ts';
import { startApi, type TestApi } from '../rig/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('a path that nobody serves', () => {
  it.each([
    '/nothing',
    '/leads/a/b/c',
    '/make-server-3cbf86a5/nothing',
    '/widget/0.0.0/other.js',
    '/%2e%2e%2fpackage.json',
  ])('like %s is a 404 in the one envelope', async (path) => {
    const reply = await api.request('GET', path);
    expect(reply.status).toBe(404);
    // What tells it from a record that is not there.
    expect(errorReply.parse(await reply.json()).error).toMatchObject({
      code: 'not_found',
      fields: { path: expect.any(String) },
    });
    expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(reply.headers.get('Cache-Control')).toBe('no-store');
  });

  it('and a method that a path does not have are alike', async () => {
    const reply = await api.request('DELETE', '/leads');
    expect(reply.status).toBe(404);
    expect(errorReply.parse(await reply.json()).error.message).toContain('GET /docs');
  });
});
