import { expect, it } from 'vitest';
import { DECOY } from '../../../shared/contract/limits.ts';
import { expectThanks, useSite } from './site.ts';

const site = useSite();

it('a click stores one lead and shows its receipt', async () => {
  const visit = await site.visit('plain', {
    query: 'utm_source=news&utm_medium=mail&utm_campaign=May%20%F0%9F%8C%B1&other=1',
  });
  await visit.field('Name').fill('Ada Lovelace');
  await visit.field('Email').fill('ada@example.com');
  await visit.field('Phone').fill('+44 20 7946 0000');
  await visit.field('Message').fill('Two rooms.\nSoon.');
  await visit.submit.click();
  const receipt = await expectThanks(visit);

  const lead = (await site.leads()).find(({ email }) => email === 'ada@example.com');
  expect(lead).toMatchObject({
    name: 'Ada Lovelace',
    phone: '+44 20 7946 0000',
    message: 'Two rooms.\nSoon.',
    source: 'website-form',
    page: visit.page.url(),
    utm: { source: 'news', medium: 'mail', campaign: 'May 🌱' },
    locale: 'en',
  });
  expect(lead?.id.endsWith(`_${receipt}`)).toBe(true);
  expect(visit.logs).toContain(`Lead captured successfully: ${lead?.id}`);
  expect(visit.sent()).toHaveLength(1);
  expect(visit.crashes).toEqual([]);
});

it('works by keyboard alone, and puts the focus on the thanks', async () => {
  const visit = await site.visit('plain');
  for (let step = 0; step < 2; step++) await visit.page.keyboard.press('Tab');
  await visit.page.keyboard.type('keys@example.com');
  await visit.page.keyboard.press('Enter');
  await expectThanks(visit);
  expect(await visit.thanks.evaluate((element) => element.matches(':focus'))).toBe(true);
  expect(await site.leads()).toContainEqual(expect.objectContaining({ email: 'keys@example.com' }));
});

it('sends one request for a double click and an Enter', async () => {
  const visit = await site.visit('plain');
  await visit.field('Email').fill('double@example.com');
  await visit.form.evaluate((element) => {
    const form = element.shadowRoot?.querySelector('form');
    const button = form?.querySelector('button');
    button?.click();
    button?.click();
    form?.requestSubmit();
  });
  await expectThanks(visit);
  expect(visit.sent()).toHaveLength(1);
  expect((await site.leads()).filter(({ email }) => email === 'double@example.com')).toHaveLength(1);
});

it('needs no preflight and sends no credentials', async () => {
  const visit = await site.visit('plain');
  await visit.field('Email').fill('simple@example.com');
  await visit.submit.click();
  await expectThanks(visit);
  expect(visit.requests.filter((request) => request.method() === 'OPTIONS')).toEqual([]);
  const post = visit.requests.find((request) => request.method() === 'POST');
  expect(post?.headers()['content-type']).toBe('text/plain;charset=UTF-8');
  expect(post?.headers().cookie).toBeUndefined();
});

it('stores hostile text letter by letter', async () => {
  const hostile = `<img src=x onerror=alert(1)>{{7*7}}'";drop table kv_store_3cbf86a5;--\u202e\u0001é💥`;
  const visit = await site.visit('plain');
  await visit.field('Email').fill('hostile@example.com');
  await visit.field('Message').fill(hostile);
  await visit.submit.click();
  await expectThanks(visit);
  expect((await site.leads()).find(({ email }) => email === 'hostile@example.com')?.message).toBe(hostile);
});

it('stores the consent with the words that were shown, and asks for it', async () => {
  const visit = await site.visit('consent');
  await visit.field('Email').fill('consent@example.com');
  await visit.submit.click();
  await visit.summary.waitFor();
  expect(visit.sent()).toEqual([]);
  await visit.form.getByRole('checkbox').check();
  await visit.submit.click();
  await expectThanks(visit);
  expect((await site.leads()).find(({ email }) => email === 'consent@example.com')?.consent).toEqual({
    given: true,
    text: 'I agree that Vision Studio may answer me by email.',
  });
});

it('stores every known field', async () => {
  const visit = await site.visit('all-fields');
  await visit.field('Name').fill('All');
  await visit.field('Email').fill('all@example.com');
  await visit.field('Room').selectOption('Office');
  await visit.field('Budget').selectOption('10,000 to 50,000');
  await visit.field('Kitchen').check();
  await visit.field('Bedroom').check();
  await visit.form.getByRole('checkbox', { name: /I agree/ }).check();
  await visit.submit.click();
  await expectThanks(visit);
  expect((await site.leads()).find(({ email }) => email === 'all@example.com')).toMatchObject({
    roomType: 'Office',
    budget: '10,000 to 50,000',
    interests: ['Kitchen', 'Bedroom'],
    source: 'questionnaire',
  });
});

it('stores fields of the site’s own', async () => {
  const visit = await site.visit('custom-fields');
  await visit.field('Email').fill('own@example.com');
  await visit.submit.click();
  await visit.summary.waitFor();
  expect(await visit.summary.getByRole('link').allInnerTexts()).toEqual([
    'Company is needed.',
    'Home visit is needed.',
  ]);
  await visit.field('Company').fill('Analytical Engines');
  await visit.field('How did you hear of us?').selectOption('A friend');
  await visit.field('Start date').fill('2027-01-31');
  await visit.field('Kitchen').check();
  await visit.field('Bath').check();
  await visit.field('Yes').check();
  await visit.submit.click();
  await expectThanks(visit);
  expect((await site.leads()).find(({ email }) => email === 'own@example.com')?.fields).toEqual({
    Company: 'Analytical Engines',
    'How did you hear of us?': 'A friend',
    start: '2027-01-31',
    rooms: 'Kitchen, Bath',
    visit: 'Yes',
    campaign: 'spring',
  });
});

it('a filled decoy is held for a person, and the visitor is told so', async () => {
  const visit = await site.visit('plain');
  expect(await visit.form.locator(`[name=${DECOY}]`).isVisible()).toBe(false);
  await visit.field('Email').fill('robot@example.com');
  await visit.form.locator(`[name=${DECOY}]`).evaluate((input: HTMLInputElement) => {
    input.value = 'filled';
  });
  await visit.submit.click();
  await visit.thanks.waitFor();
  expect(await visit.thanks.textContent()).toBe('We have your message. A person will look at it before it is filed.');
  expect(await site.leads()).not.toContainEqual(expect.objectContaining({ email: 'robot@example.com' }));
  const success = (await visit.events()).find(({ type }) => type === 'lead-form:success');
  expect(success?.detail).toMatchObject({ held: true, receipt: expect.any(Object) });
  expect(success?.detail).not.toHaveProperty('leadId');
});

it('speaks in composed events that hold nothing personal', async () => {
  const visit = await site.visit('plain');
  await visit.submit.click();
  await visit.summary.waitFor();
  await visit.field('Email').fill('private@example.com');
  await visit.submit.click();
  await expectThanks(visit);
  const events = await visit.events();
  expect(events.map(({ type }) => type.slice('lead-form:'.length))).toEqual([
    'view',
    'error',
    'start',
    'submit',
    'success',
  ]);
  expect(events.every(({ composed, target }) => composed && target === 'lead-form')).toBe(true);
  expect(events[1]?.detail).toEqual({ code: 'invalid', message: 'Nothing was sent yet. Please check:' });
  expect(events[4]?.detail).toMatchObject({
    leadId: expect.stringMatching(/^lead_/),
    receipt: { key: expect.any(String) },
  });
  expect(JSON.stringify(events)).not.toContain('private@');
});

it('keeps the address the visitor came with, and asks nothing of the API before it is sent', async () => {
  const visit = await site.visit('spa-navigation', { query: 'utm_source=first' });
  const arrived = visit.page.url();
  await visit.page.getByRole('button', { name: 'Go on' }).click();
  expect(
    visit.requests.filter((request) => request.url().startsWith(site.api().url)).map((request) => request.url()),
  ).toEqual([`${site.api().url}/widget.js`]);
  await visit.field('Email').fill('spa@example.com');
  await visit.submit.click();
  await expectThanks(visit);
  expect(visit.sent()[0]).toMatchObject({ page: arrived, utm: { source: 'first' } });
});
