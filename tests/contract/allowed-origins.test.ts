import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorReply } from '../../shared/contract/errors.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { sendRaw } from './raw-request.ts';

let open: TestApi;
let closed: TestApi;
beforeAll(async () => {
  open = await startApi();
  closed = await startApi({ ALLOWED_ORIGINS: 'https://studio.example,https://other.example' });
});
afterAll(async () => {
  await open.close();
  await closed.close();
});

it.each(['crm_api:8787', '"odd"'])('a capture does not depend on the Host header: %s', async (host) => {
  const body = '{"email":"a@b.co"}';
  const head = ['POST /leads HTTP/1.1', `Host: ${host}`, 'Origin: https://studio.example', 'Connection: close'];
  const json = ['Content-Type: application/json', `Content-Length: ${body.length}`];
  for (const { url } of [open, closed]) expect((await sendRaw(url, [...head, ...json], body)).status, url).toBe(201);
});

describe('with ALLOWED_ORIGINS', () => {
  const json = (origin?: string) =>
    closed.request('POST', '/leads', {
      key: null,
      body: { email: 'a@b.co' },
      ...(origin !== undefined && { headers: { Origin: origin } }),
    });

  it('a listed site may post, and so may a server, which names none', async () => {
    expect((await json('https://studio.example')).status).toBe(201);
    expect((await json('https://other.example')).status).toBe(201);
    expect((await json()).status).toBe(201);
  });

  it('a page of the API itself may, also behind a proxy that ends TLS and passes its Host on', async () => {
    const { host } = new URL(closed.url);
    expect((await json(`http://${host}`)).status).toBe(201);
    expect((await json(`https://${host}`)).status).toBe(201);
  });

  it('a page cannot name itself the API by headers that its scripts may set', async () => {
    const proxied = await startApi({ ALLOWED_ORIGINS: 'https://studio.example', TRUST_PROXY: '1' });
    const headers = {
      Origin: 'https://evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
    };
    const reply = await proxied.request('POST', '/leads', { key: null, body: { email: 'a@b.co' }, headers });
    expect(reply.status).toBe(403);
    await proxied.close();
  });

  it.each(['https://evil.example', 'null', 'http://studio.example', 'https://studio.example.evil.example'])(
    '%s may not',
    async (origin) => {
      const reply = await json(origin);
      expect(reply.status).toBe(403);
      expect(errorReply.parse(await reply.json()).error).toMatchObject({ code: 'forbidden' });
    },
  );
});
