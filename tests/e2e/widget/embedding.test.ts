import { expect, it } from 'vitest';
import { expectThanks, useSite } from './site.ts';

const site = useSite();

it('the tag alone puts the form where it stands', async () => {
  const { page, form } = await site.visit('script-only');
  expect(await page.locator('lead-form').count()).toBe(1);
  expect(await form.evaluate((element) => element.nextElementSibling?.id)).toBe('after');
});

it('a tag in the head puts the form at the end of the page', async () => {
  const { page } = await site.visit('script-in-head');
  expect(await page.evaluate(() => document.body.lastElementChild?.localName)).toBe('lead-form');
});

it.each(['twice-pasted', 'two-versions'])('%s shows one form, which sends one lead', async (name) => {
  const visit = await site.visit(name);
  expect(await visit.page.locator('lead-form').count()).toBe(1);
  await visit.field('Email').fill(`${name}@example.com`);
  await visit.submit.click();
  await expectThanks(visit);
  expect(visit.sent()).toHaveLength(1);
  expect(visit.crashes).toEqual([]);
  expect((await visit.events()).filter(({ type }) => type === 'lead-form:view')).toHaveLength(1);
});

it('two forms keep apart', async () => {
  const visit = await site.visit('two-forms');
  const second = visit.page.locator('#second');
  await second.getByRole('button').click();
  await second.getByRole('alert').waitFor();
  expect(await visit.page.locator('#first').getByRole('alert').count()).toBe(0);
  await second.getByLabel('Email').fill('second@example.com');
  await second.getByRole('button').click();
  await second.locator('[part=thanks]').waitFor();
  expect(await visit.submit.isVisible()).toBe(true);
  expect(visit.sent()).toMatchObject([{ email: 'second@example.com', source: 'newsletter' }]);
});

it('a script before the element waits for its children', async () => {
  const visit = await site.visit('before-element');
  await visit.field('Company').waitFor();
  expect(visit.crashes).toEqual([]);
});

it('Enter inside another form sends ours only', async () => {
  const visit = await site.visit('in-outer-form');
  const { url } = { url: visit.page.url() };
  await visit.field('Email').fill('outer@example.com');
  await visit.field('Email').press('Enter');
  await expectThanks(visit);
  expect(visit.page.url()).toBe(url);
  expect(visit.requests.filter((request) => request.url().includes('outer-was-submitted'))).toEqual([]);
});

it('an element added later gets a form, and one that we placed before makes room for it', async () => {
  const visit = await site.visit('late-insert');
  await visit.page.getByRole('button', { name: 'Insert the form' }).click();
  await visit.page.getByRole('button', { name: 'Ask us' }).waitFor();
  expect(await visit.page.locator('lead-form').count()).toBe(1);
  expect(await visit.form.getByRole('textbox').count()).toBe(2);
});

it('a form that we placed stays when somebody has begun to fill it', async () => {
  const visit = await site.visit('late-insert');
  await visit.field('Email').fill('begun@example.com');
  await visit.page.getByRole('button', { name: 'Insert the form' }).click();
  await visit.page.getByRole('button', { name: 'Ask us' }).waitFor();
  expect(await visit.page.locator('lead-form').count()).toBe(2);
});

it('properties set before the script came are not lost', async () => {
  const visit = await site.visit('early-properties');
  expect(await visit.form.getByRole('heading').textContent()).toBe('Set early');
  expect(await visit.form.getAttribute('fields')).toBe('email');
});

it('moving the element keeps what was typed', async () => {
  const visit = await site.visit('moved');
  await visit.field('Email').fill('moved@example.com');
  await visit.field('Message').fill('Still here');
  await visit.page.getByRole('button', { name: 'Move the form down' }).click();
  expect(await visit.form.evaluate((element) => element.parentElement?.id)).toBe('down');
  expect(await visit.field('Message').inputValue()).toBe('Still here');
  await visit.submit.click();
  await expectThanks(visit);
  expect((await visit.events()).filter(({ type }) => type === 'lead-form:view')).toHaveLength(1);
});

it('changing attributes changes the form without losing text', async () => {
  const visit = await site.visit('plain');
  await visit.field('Email').fill('kept@example.com');
  await visit.form.evaluate((element) => {
    element.setAttribute('heading', 'New heading');
    element.setAttribute('fields', 'message* email');
    element.setAttribute('submit-label', 'Ask');
    element.setAttribute('theme', 'dark plain');
  });
  await visit.form.getByRole('button', { name: 'Ask' }).waitFor();
  expect(await visit.form.getByRole('heading').textContent()).toBe('New heading');
  expect(
    await visit.form.getByRole('textbox').evaluateAll((inputs) => inputs.map((input) => input.getAttribute('name'))),
  ).toEqual(['message', 'email']);
  expect(await visit.field('Email').inputValue()).toBe('kept@example.com');
});

it('a change of the page takes neither the text nor the focus from who is typing', async () => {
  const visit = await site.visit('plain');
  await visit.field('Message').fill('Half a sent');
  await visit.field('Message').evaluate((control: HTMLTextAreaElement) => control.setSelectionRange(4, 4));
  await visit.form.evaluate((element) => {
    element.setAttribute('fields', 'message* email* phone');
    element.setAttribute('messages', '{"message":"Nachricht"}');
  });
  await visit.form.getByLabel('Nachricht').waitFor();
  const state = await visit.form.getByLabel('Nachricht').evaluate((control: HTMLTextAreaElement) => ({
    value: control.value,
    required: control.required,
    focused: control.matches(':focus'),
    caret: control.selectionStart,
  }));
  expect(state).toEqual({ value: 'Half a sent', required: true, focused: true, caret: 4 });
});

it('a change of choices keeps those that are still there, and asks for consent to new words anew', async () => {
  const visit = await site.visit('all-fields');
  await visit.field('Budget').selectOption('10,000 to 50,000');
  await visit.field('Kitchen').check();
  await visit.field('Office').check();
  await visit.form.getByRole('checkbox', { name: /I agree/ }).check();
  await visit.form.evaluate((element) => {
    element.setAttribute('budgets', 'Less | 10,000 to 50,000');
    element.setAttribute('interests', 'Office | Garden');
    element.setAttribute('consent', 'I agree to more.');
  });
  await visit.form.getByRole('checkbox', { name: 'I agree to more.' }).waitFor();
  expect(await visit.field('Budget').inputValue()).toBe('10,000 to 50,000');
  expect(await visit.field('Office').isChecked()).toBe(true);
  expect(await visit.field('Garden').isChecked()).toBe(false);
  expect(await visit.form.getByRole('checkbox', { name: 'I agree to more.' }).isChecked()).toBe(false);
});

it('a change after a failure or after success keeps what the form says', async () => {
  const visit = await site.visit('plain');
  await visit.submit.click();
  await visit.summary.waitFor();
  await visit.form.evaluate((element) => element.setAttribute('heading', 'Ask us'));
  await visit.form.getByRole('heading', { name: 'Ask us' }).waitFor();
  expect(await visit.summary.getByRole('link').allInnerTexts()).toEqual(['Email is needed.']);
  expect(await visit.summary.evaluate((element) => element.matches(':focus'))).toBe(true);
  expect(await visit.field('Email').getAttribute('aria-invalid')).toBe('true');
  await visit.field('Email').fill('changed@example.com');
  await visit.submit.click();
  await expectThanks(visit);
  await visit.form.evaluate((element) => element.setAttribute('success-message', 'Thank you, Ada.'));
  await visit.thanks.getByText('Thank you, Ada.').waitFor();
  expect(await visit.thanks.evaluate((element) => element.matches(':focus'))).toBe(true);
});

it('a hidden field follows its declaration, whenever the page changes it', async () => {
  const visit = await site.visit('custom-fields');
  await visit.field('Company').fill('Analytical Engines');
  await visit.form.evaluate((element) => element.querySelector('[name=campaign]')?.setAttribute('value', 'autumn'));
  await expect.poll(() => visit.form.locator('[name="fields.campaign"]').inputValue()).toBe('autumn');
  expect(await visit.field('Company').inputValue()).toBe('Analytical Engines');
});

it('a hidden value that the page filled in survives a failed attempt', async () => {
  const visit = await site.visit('custom-fields');
  const campaign = visit.form.locator('[name="fields.campaign"]');
  await campaign.evaluate((control) => {
    (control as HTMLInputElement).value = 'filled by the page';
  });
  await visit.submit.click();
  await visit.summary.waitFor();
  expect(await campaign.inputValue()).toBe('filled by the page');
});

it('two fields of one name keep their texts through a failed attempt', async () => {
  const visit = await site.visit('plain');
  await visit.form.evaluate((element) => element.setAttribute('custom-fields', 'Company; Company'));
  const companies = visit.form.getByLabel('Company');
  await companies.nth(1).fill('Second');
  await companies.nth(0).fill('First');
  await visit.submit.click();
  await visit.summary.waitFor();
  expect(await companies.evaluateAll((all) => all.map((control) => (control as HTMLInputElement).value))).toEqual([
    'First',
    'Second',
  ]);
});

it('goes on to the page’s own address after success', async () => {
  const visit = await site.visit('redirect');
  await visit.field('Email').fill('redirect@example.com');
  await visit.submit.click();
  await visit.page.waitForURL('**/plain.html?thanks=1');
  expect((await site.leads()).filter(({ email }) => email === 'redirect@example.com')).toHaveLength(1);
});

it('does not go to a script address', async () => {
  const visit = await site.visit('redirect-script');
  await visit.field('Email').fill('script@example.com');
  await visit.submit.click();
  await expectThanks(visit);
  expect(await visit.page.title()).toBe('Redirect to a script');
});

it('speaks the page’s own words', async () => {
  const visit = await site.visit('messages');
  await visit.form.getByRole('button', { name: 'Absenden' }).click();
  await visit.summary.getByText('E-Mail fehlt.').waitFor();
  expect(await visit.form.locator('[part=root]').getAttribute('lang')).toBe('de');
  await visit.form.getByLabel('E-Mail').fill('worte@example.com');
  await visit.submit.click();
  await visit.thanks.getByText('Danke, wir melden uns.').waitFor();
  expect(await visit.thanks.textContent()).toMatch(/Beleg: [a-z0-9]{9}/);
});

it('a typo in the messages costs a warning, not the form', async () => {
  const visit = await site.visit('plain');
  await visit.form.evaluate((element) => element.setAttribute('messages', '{"name":'));
  await expect.poll(() => visit.logs).toContain('lead-form: messages is not JSON');
  expect(await visit.submit.textContent()).toBe('Send');
});

it('leaves nothing in the page: no globals, cookies, storage or styles', async () => {
  const globals = () =>
    Object.getOwnPropertyNames(window)
      .filter((name) => !/^\d+$/.test(name))
      .sort();
  const visit = await site.visit('plain', {
    before: (page) => page.route('**/widget.js', (route) => route.abort()),
    wait: false,
  });
  const without = await visit.page.evaluate(globals);
  const withForm = await site.visit('plain');
  await withForm.field('Email').fill('clean@example.com');
  await withForm.submit.click();
  await expectThanks(withForm);
  expect(await withForm.page.evaluate(globals)).toEqual(without);
  const { cookies, origins } = await withForm.page.context().storageState({ indexedDB: true });
  expect([cookies, origins]).toEqual([[], []]);
  expect(
    await withForm.page.evaluate(() => [sessionStorage.length, document.querySelectorAll('style').length]),
  ).toEqual([0, 0]);
  expect(withForm.page.context().serviceWorkers()).toEqual([]);
});

it('never throws into the page: what cannot be shown leaves the fallback and says so in an event', async () => {
  const visit = await site.visit('no-script', {
    wait: false,
    before: (page) =>
      page.addInitScript(() => {
        Element.prototype.attachShadow = () => {
          throw new Error('no roots today');
        };
      }),
  });
  expect(await visit.page.getByLabel('Email').isVisible()).toBe(true);
  expect(await visit.events()).toMatchObject([{ type: 'lead-form:error', detail: { code: 'broken' } }]);
  expect(visit.crashes).toEqual([]);
});

it('survives messages of the wrong kind', async () => {
  const visit = await site.visit('plain');
  await visit.form.evaluate((element) =>
    element.setAttribute('messages', '{"missing":5,"thanks":null,"submit":["Go"]}'),
  );
  await visit.form.getByRole('button', { name: 'Go' }).click();
  await visit.summary.getByText('5').waitFor();
  expect(visit.crashes).toEqual([]);
});
