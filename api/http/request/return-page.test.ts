import { describe, expect, it } from 'vitest';
import { returnPage } from './return-page.ts';

const from = (headers: Record<string, string>) => new Request('https://api.example/leads', { method: 'POST', headers });
const HERE = { Origin: 'https://studio.example', Referer: 'https://studio.example/contact' };

describe('the page a form goes back to', () => {
  it.each([
    ['the page it names', HERE, 'https://studio.example/a?b=c#d', 'https://studio.example/a?b=c#lead-form-sent'],
    ['the Referer, when it names none', HERE, undefined, 'https://studio.example/contact#lead-form-sent'],
    [
      'the page it names, when only the Referer says where it comes from',
      { Referer: 'https://studio.example/' },
      'https://studio.example/a',
      'https://studio.example/a#lead-form-sent',
    ],
    [
      'the page it names, when only the Origin does',
      { Origin: 'https://studio.example' },
      'https://studio.example/a',
      'https://studio.example/a#lead-form-sent',
    ],
  ])('is %s', (_, headers, page, expected) => {
    expect(returnPage(from(headers), page)).toBe(expected);
  });

  it.each([
    'https://evil.example/',
    'https://studio.example.evil.example/',
    'https://studio.example:444/',
    'http://studio.example/',
    '//evil.example/',
    '/path',
    'javascript:alert(1)',
    'nonsense',
    '',
  ])('is never %s of a stranger', (page) => {
    expect(returnPage(from(HERE), page)).toBe('https://studio.example/contact#lead-form-sent');
    expect(returnPage(from({ Origin: 'https://studio.example' }), page)).toBeNull();
    expect(returnPage(from({ Origin: 'null' }), page)).toBeNull();
    expect(returnPage(from({}), page)).toBeNull();
  });

  it('is not a Referer that is no web page', () => {
    expect(returnPage(from({ Referer: 'android-app://x' }), undefined)).toBeNull();
  });
});
