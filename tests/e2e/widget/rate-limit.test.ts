import { expect, it } from 'vitest';
import { expectThanks, useSite } from './site.ts';

const site = useSite({}, { RATE_LIMIT_PER_IP: '1' });

it('the real limit reaches the visitor with the time to wait', async () => {
  const first = await site.visit('plain');
  await first.field('Email').fill('first@example.com');
  await first.submit.click();
  await expectThanks(first);
  const second = await site.visit('plain');
  await second.field('Email').fill('second@example.com');
  await second.submit.click();
  await second.summary.getByText(/^Too many messages at once\. Try again in [1-9]\d* s\.$/).waitFor();
  expect((await site.leads()).map(({ email }) => email)).toEqual(['first@example.com']);
});
