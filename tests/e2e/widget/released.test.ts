import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { expectThanks, useSite } from './site.ts';

const record: Record<string, Record<string, string>> = JSON.parse(
  readFileSync(new URL('../../../widget/releases/integrity.json', import.meta.url), 'utf8'),
);
const versions = Object.keys(record);
const nameOf = (version: string) => `pinned-${version.replaceAll('.', '-')}`;

/** A page as the README tells a site owner to write it. */
const pinned = (version: string, first = '') => `<!doctype html>
<html lang="en">
  <head>
    <title>Pinned</title>
    ${first}
    <script
      src="__API__/widget/${version}/widget.js"
      integrity="${record[version]?.['widget.js']}"
      crossorigin="anonymous"
      defer
    ></script>
  </head>
  <body><lead-form></lead-form></body>
</html>`;
const OLD_BROWSER = '<script>delete window.customElements; delete Element.prototype.attachShadow;</script>';

const site = useSite({
  extra: Object.fromEntries(
    versions.flatMap((version) => [
      [nameOf(version), pinned(version)],
      [`${nameOf(version)}-old`, pinned(version, OLD_BROWSER)],
    ]),
  ),
});

it.each(versions)('a page that pinned %s still captures leads', async (version) => {
  const visit = await site.visit(nameOf(version));
  const email = `${nameOf(version)}@example.com`;
  await visit.field('Email').fill(email);
  await visit.field('Message').fill('From a pinned form.');
  await visit.submit.click();
  await expectThanks(visit);
  expect(await site.leads()).toContainEqual(expect.objectContaining({ email, message: 'From a pinned form.' }));
  const fromApi = visit.requests.map((request) => request.url()).filter((url) => url.startsWith(site.api().url));
  expect(fromApi).toEqual([`${site.api().url}/widget/${version}/widget.js`, `${site.api().url}/leads`]);
  expect(visit.crashes).toEqual([]);
});

it.each(versions)('a page that pinned %s takes the polyfill of that version', async (version) => {
  const visit = await site.visit(`${nameOf(version)}-old`);
  expect(visit.requests.map((request) => request.url())).toContain(
    `${site.api().url}/widget/${version}/webcomponents.js`,
  );
  const email = `${nameOf(version)}-old@example.com`;
  await visit.field('Email').fill(email);
  await visit.submit.click();
  await expectThanks(visit);
  expect(await site.leads()).toContainEqual(expect.objectContaining({ email }));
});
