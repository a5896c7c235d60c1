import { expect, it } from 'vitest';
import { newUserOf, userDraft } from './user-draft.ts';

it('says what to write into each field, in the words of the API', () => {
  const draft = userDraft(null);
  expect(newUserOf({ ...draft, email: 'nobody', tags: `ok, ${'x'.repeat(101)}` })).toEqual({
    errors: {
      name: 'This may not be empty.',
      email: expect.stringContaining('name@example.com'),
      'tags.1': 'Use at most 100 characters.',
    },
  });
  expect(
    newUserOf({ ...draft, name: 'Ann', email: 'a@b.co', address: { ...draft.address, line1: '1 Jalan' } }),
  ).toEqual({
    errors: { 'address.city': 'This field is required.' },
  });
});
