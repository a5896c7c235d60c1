import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureReply } from '../../shared/contract/capture.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { appWith, failingDatabase } from './app-with.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ ALLOWED_ORIGINS: 'https://studio.example' });
});
afterAll(() => api.close());

const PAGE = 'https://studio.example/contact?from=ad#part';

function postForm(fields: [string, string][], headers: Record<string, string> = {}, multipart = false) {
  const data = multipart ? new FormData() : new URLSearchParams();
  for (const [name, value] of fields) data.append(name, value);
  return fetch(`${api.url}/leads`, { method: 'POST', body: data, headers, redirect: 'manual' });
}

async function latest(): Promise<Record<string, unknown> | undefined> {
  const [row] = await api.sql<{ value: Record<string, unknown> }>(
    `select value from kv_store_3cbf86a5 where key ~ '^lead:' order by key collate "C" desc limit 1`,
  );
  return row?.value;
}

const fields: [string, string][] = [
  ['email', 'form@example.com'],
  ['name', 'Zoë 🏡'],
  ['phone', ''],
  ['interests', 'kitchen'],
  ['interests', 'bath'],
  ['consent', 'on'],
  ['consentText', 'I agree.'],
  ['utm_source', 'ad'],
  ['When?', 'soon'],
  ['Days', 'Mon'],
  ['Days', 'Tue'],
  ['constructor', 'ACME'],
];

const lead = {
  email: 'form@example.com',
  name: 'Zoë 🏡',
  interests: ['kitchen', 'bath'],
  consent: { given: true, text: 'I agree.' },
  utm: { source: 'ad' },
  fields: { 'When?': 'soon', Days: 'Mon, Tue', constructor: 'ACME' },
  source: 'website-form',
};

describe('a plain form post', () => {
  it.each([
    ['urlencoded', false],
    ['multipart', true],
  ])('that is %s becomes a lead and goes back to its page', async (_, multipart) => {
    const reply = await postForm(fields, { Referer: PAGE }, multipart);
    expect(reply.status).toBe(303);
    expect(reply.headers.get('Location')).toBe('https://studio.example/contact?from=ad#lead-form-sent');
    expect(await latest()).toMatchObject(lead);
    expect(await latest()).not.toHaveProperty('phone');
  });

  it('goes to the page it names when that is of the origin that posts', async () => {
    const page: [string, string] = ['page', 'https://studio.example/deep/page'];
    const byOrigin = await postForm([...fields, page], { Origin: 'https://studio.example' });
    expect(byOrigin.headers.get('Location')).toBe('https://studio.example/deep/page#lead-form-sent');
    const byReferer = await postForm([...fields, page], { Referer: 'https://studio.example/' });
    expect(byReferer.headers.get('Location')).toBe('https://studio.example/deep/page#lead-form-sent');
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    'https://studio.example@evil.example/',
    'https://studio.example.evil.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    '\\\\evil.example',
    'http://studio.example/',
    'https://studio.example:8443/',
    'https:evil.example',
  ])('is never sent on to %s', async (page) => {
    const reply = await postForm([...fields, ['page', page]], {
      Origin: 'https://studio.example',
      Referer: 'https://studio.example/contact',
    });
    expect(reply.status).toBe(303);
    expect(reply.headers.get('Location')).toBe('https://studio.example/contact#lead-form-sent');
  });

  it('that names a page without telling where it comes from goes to a page of ours', async () => {
    const reply = await postForm([...fields, ['page', 'https://evil.example/']]);
    expect(reply.status).toBe(303);
    expect(new URL(reply.headers.get('Location') ?? '', api.url).href).toBe(`${api.url}/#lead-form-sent`);
  });

  it('with Accept: application/json gets the receipt', async () => {
    const reply = await postForm(fields, { Accept: 'application/json', Referer: PAGE });
    expect(reply.status).toBe(201);
    captureReply.parse(await reply.json());
  });

  it('repeated with its submission id goes back again and stores nothing more', async () => {
    const once: [string, string][] = [
      ['email', 'twice@example.com'],
      ['submissionId', randomUUID()],
    ];
    for (const _ of [1, 2]) expect((await postForm(once, { Referer: PAGE })).status).toBe(303);
    expect(await api.sql("select 1 from kv_store_3cbf86a5 where value ->> 'email' = 'twice@example.com'")).toHaveLength(
      1,
    );
  });
});

describe('a refused form post', () => {
  const text = async (reply: Response) => {
    expect(reply.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    expect(reply.headers.get('Cache-Control')).toBe('no-store');
    return reply.text();
  };

  it('says why in a sentence a person can read', async () => {
    const reply = await postForm([['email', 'nonsense']], { Referer: PAGE });
    expect(reply.status).toBe(400);
    expect(await text(reply)).toMatch(/^Your message was not sent\.\n\nemail: Enter an email address/);
  });

  it.each([
    ['a file', 400],
    ['too much', 413],
    ['a foreign origin', 403],
  ])('with %s is told so as text too', async (kind, status) => {
    const data = new FormData();
    data.set('email', 'a@b.co');
    if (kind === 'a file') data.set('plan', new File(['x'], 'plan.pdf'));
    if (kind === 'too much') data.set('message', 'x'.repeat(40_000));
    const headers: Record<string, string> = kind === 'a foreign origin' ? { Origin: 'https://evil.example' } : {};
    const reply = await fetch(`${api.url}/leads`, { method: 'POST', body: data, headers, redirect: 'manual' });
    expect(reply.status).toBe(status);
    expect(await text(reply)).toContain('Your message was not sent.');
  });

  it('names no field in silence: a name that cannot be kept is refused', async () => {
    const reply = await postForm([
      ['email', 'a@b.co'],
      ['__proto__', 'typed'],
    ]);
    expect(reply.status).toBe(400);
  });

  it('for a failure on our side says nothing of it, and reports it', async () => {
    const error = new Error('ann@example.com');
    const { app, incidents } = appWith(failingDatabase(error));
    const reply = await app.request('/leads', {
      method: 'POST',
      body: new URLSearchParams({ email: 'ann@example.com' }),
    });
    expect(reply.status).toBe(500);
    const said = await text(reply);
    expect(said).not.toContain('ann@');
    // It may be stored: nobody knows whether the failure came before the COMMIT or after.
    expect(said).toMatch(/^Your message may not have arrived\./);
    expect(said).not.toContain('not sent');
    expect(incidents).toMatchObject([{ method: 'POST', route: '/leads', error }]);
  });
});
