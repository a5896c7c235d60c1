import type { Route } from 'playwright';
import { expect, it } from 'vitest';
import { answerFirst, expectThanks, failure, useSite, type Visit } from './site.ts';

const site = useSite();

const rowsOf = async (address: string) => (await site.leads()).filter(({ email }) => email === address);

/** Expects the reason on the screen, in the event and in focus, and everything typed still there. */
async function expectFailure(visit: Visit, reason: string | RegExp, code: string): Promise<void> {
  await visit.summary.getByText(reason).waitFor();
  expect(await visit.summary.textContent()).toContain('Everything you typed is still here.');
  expect(await visit.summary.evaluate((element) => element.matches(':focus'))).toBe(true);
  expect(await visit.thanks.count()).toBe(0);
  expect((await visit.events()).at(-1)).toMatchObject({ type: 'lead-form:error', detail: { code } });
}

async function fill(visit: Visit, email: string): Promise<void> {
  await visit.field('Email').fill(email);
  await visit.field('Message').fill('Keep me.');
}

it('a retry after a server failure sends the very same bytes and stores one lead', async () => {
  const visit = await site.visit('plain', {
    before: (page) => answerFirst(page, failure(503, 'database_unavailable')),
  });
  await fill(visit, 'retry@example.com');
  await visit.submit.click();
  await expectFailure(visit, 'The server answered: The test says no.', 'database_unavailable');
  expect(await visit.field('Message').inputValue()).toBe('Keep me.');
  expect(await rowsOf('retry@example.com')).toEqual([]);
  expect(await visit.submit.textContent()).toBe('Try again');
  await visit.submit.click();
  await expectThanks(visit);
  const [first, second] = visit.sent();
  expect(second).toEqual(first);
  expect(first?.submissionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(await rowsOf('retry@example.com')).toHaveLength(1);
});

it('a connection cut after COMMIT doubles nothing: the retry gets the first receipt', async () => {
  const cut = async (route: Route) => {
    await route.fetch();
    await route.abort('connectionreset');
  };
  const visit = await site.visit('plain', { before: (page) => answerFirst(page, cut) });
  await fill(visit, 'cut@example.com');
  await visit.submit.click();
  await expectFailure(visit, /could not be reached/, 'unreachable');
  const [stored] = await rowsOf('cut@example.com');
  await visit.submit.click();
  expect(stored?.id.endsWith(await expectThanks(visit))).toBe(true);
  expect(await rowsOf('cut@example.com')).toHaveLength(1);
});

it('an edit after a lost answer is not passed off as sent, and goes out as a message of its own', async () => {
  const cut = async (route: Route) => {
    await route.fetch();
    await route.abort('connectionreset');
  };
  const visit = await site.visit('plain', { before: (page) => answerFirst(page, cut) });
  await fill(visit, 'edit@example.com');
  await visit.submit.click();
  await expectFailure(visit, /could not be reached/, 'unreachable');
  await visit.field('Message').fill('Changed.');
  await visit.submit.click();
  await expectFailure(
    visit,
    'Your first message was already received; the changes you made since were not.',
    'idempotency_mismatch',
  );
  expect(await visit.submit.textContent()).toBe('Send the changed version as a new message');
  await visit.submit.click();
  await expectThanks(visit);
  expect((await rowsOf('edit@example.com')).map(({ message }) => message)).toEqual(['Keep me.', 'Changed.']);
  const ids = visit.sent().map(({ submissionId }) => submissionId);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
});

it('says that the visitor is offline, and sends once the network is back', async () => {
  const visit = await site.visit('plain');
  await fill(visit, 'offline@example.com');
  await visit.page.context().setOffline(true);
  await visit.submit.click();
  await expectFailure(visit, 'You are offline.', 'offline');
  await visit.page.context().setOffline(false);
  await visit.submit.click();
  await expectThanks(visit);
  expect(await rowsOf('offline@example.com')).toHaveLength(1);
});

it('gives up on a server that does not answer', async () => {
  const hang = () => new Promise(() => undefined);
  const visit = await site.visit('plain', {
    before: async (page) => {
      await page.clock.install();
      await answerFirst(page, hang);
    },
  });
  await fill(visit, 'timeout@example.com');
  await visit.submit.click();
  await visit.form.getByRole('button', { name: 'Sending…' }).waitFor();
  expect(await visit.form.getByRole('status').textContent()).toBe('Sending…');
  await visit.page.clock.runFor(20_100);
  await expectFailure(visit, 'No answer came in time.', 'timeout');
});

it('puts the server’s objections beside their fields', async () => {
  const fields = { email: 'This domain takes no mail.', 'utm.source': 'Contains characters that cannot be stored.' };
  const visit = await site.visit('plain', {
    before: (page) => answerFirst(page, failure(400, 'invalid_request', { fields })),
  });
  await fill(visit, 'refused@example.com');
  await visit.submit.click();
  await expectFailure(visit, 'The server answered: The test says no.', 'invalid_request');
  expect(await visit.field('Email').getAttribute('aria-invalid')).toBe('true');
  const described = await visit.field('Email').getAttribute('aria-describedby');
  expect(await visit.form.locator(`[id="${described}"]`).textContent()).toBe('This domain takes no mail.');
  // The second one belongs to no field, and is still told.
  expect(await visit.summary.getByRole('link').allInnerTexts()).toEqual(Object.values(fields));
});

it('shows what the real API refuses', async () => {
  const visit = await site.visit('plain');
  await visit.field('Email').fill('real@example.com');
  await visit.field('Name').evaluate((input: HTMLInputElement) => {
    input.value = 'n'.repeat(201);
  });
  await visit.submit.click();
  await visit.summary.waitFor();
  expect(await visit.summary.getByRole('link').allInnerTexts()).toEqual(['Use at most 200 characters.']);
  expect(await rowsOf('real@example.com')).toEqual([]);
});

it('says when to try again after too many messages', async () => {
  const visit = await site.visit('plain', {
    before: (page) => answerFirst(page, failure(429, 'rate_limited', { retryAfter: 42 })),
  });
  await fill(visit, 'limited@example.com');
  await visit.submit.click();
  await expectFailure(visit, 'Too many messages at once. Try again in 42 s.', 'rate_limited');
});

it.each([
  ['an error page', 502, 'text/html', '<h1>Bad gateway</h1>'],
  ['a captive portal', 200, 'text/html', '<h1>Please log in</h1>'],
  ['a success without a receipt', 201, 'application/json', '{"success":true,"leadId":"lead_1736177352123_abc123def"}'],
  ['an empty reply', 201, 'application/json', ''],
])('thanks nobody for %s', async (_, status, contentType, body) => {
  const headers = { 'access-control-allow-origin': '*' };
  const visit = await site.visit('plain', {
    before: (page) => answerFirst(page, (route) => route.fulfill({ status, contentType, body, headers })),
  });
  await fill(visit, 'proof@example.com');
  await visit.submit.click();
  await expectFailure(visit, 'The server did not confirm that your message is stored.', 'bad_reply');
  expect(visit.logs.filter((line) => line.includes('captured'))).toEqual([]);
});

it('sends nothing while something is wrong, and leads to it', async () => {
  const visit = await site.visit('plain');
  for (const wrong of ['', 'nobody', 'a@b', 'a b@example.com']) {
    await visit.field('Email').fill(wrong);
    await visit.submit.click();
    const words = wrong ? 'Enter an email address like name@example.com.' : 'Email is needed.';
    await visit.summary.getByText(words).click();
    expect(await visit.field('Email').evaluate((input) => input.matches(':focus'))).toBe(true);
    expect(new URL(visit.page.url()).hash).toBe('');
  }
  expect(visit.sent()).toEqual([]);
});

it('says that a form without an address cannot send', async () => {
  const visit = await site.visit('plain', {
    before: (page) =>
      page.addInitScript(() => {
        // As a page optimiser does it: the script inside another one, so that nothing tells where it came from.
        Object.defineProperty(Document.prototype, 'currentScript', {
          get: () => ({ src: 'https://cdn.example/all.js' }),
        });
      }),
  });
  await fill(visit, 'nowhere@example.com');
  await visit.submit.click();
  await expectFailure(visit, /does not know where to send/, 'unconfigured');
  await visit.form.evaluate(
    (element, url) => element.setAttribute('api', `${url}/make-server-3cbf86a5/`),
    site.api().url,
  );
  await visit.submit.click();
  await expectThanks(visit);
});
