import { describe, expect, it } from 'vitest';
import { captureRequest } from './capture.ts';

const parse = (fields: object) => captureRequest.parse({ email: 'a@b.co', ...fields });

describe('what anybody may send', () => {
  it('keeps every own field under the name it was sent with: two names that differ in spaces are two', () => {
    const fields = { a: '1', ' a': '2', 'a ': '3', ' __proto__': '4', constructor: '5' };
    expect(Object.entries(parse({ fields }).fields ?? {})).toEqual(Object.entries(fields));
    expect(Object.entries(parse({ utm: { a: '1', ' a': '2' } }).utm ?? {})).toEqual([
      ['a', '1'],
      [' a', '2'],
    ]);
  });

  it.each(['', ' ', 'x'.repeat(61), 'a\0', '\ud800'])('takes no own field named %j', (name) => {
    expect(captureRequest.safeParse({ email: 'a@b.co', fields: { [name]: 'x' } }).success).toBe(false);
  });

  it('trims what was typed at its ends, and keeps it as it is inside', () => {
    const name = ' Zoe\u0308  Le\u00a0Gall\r\n\tשלום 👩‍🎨 ';
    expect(parse({ name }).name).toBe(name.trim());
    expect(parse({ fields: { a: ' x ' } }).fields).toEqual({ a: 'x' });
  });

  it('takes an empty text as left out, and the source as the form when it says none', () => {
    expect(parse({ name: '', message: ' \n', lf_extra: '' })).toEqual({
      email: 'a@b.co',
      name: undefined,
      message: undefined,
      source: 'website-form',
      lf_extra: '',
    });
  });

  it('takes a submission id in capitals as the same id', () => {
    const submissionId = '0B5FF5C4-8F8F-4F26-9A3E-5B9A7A1F4F11';
    expect(parse({ submissionId }).submissionId).toBe(submissionId.toLowerCase());
  });
});
