import { expect, it } from 'vitest';
import { redirectTarget } from './redirect.ts';
import { apiBase } from './script-url.ts';
import { attributeOf } from './settings.ts';

it.each([
  ['https://api.example/widget.js', 'https://api.example'],
  ['https://api.example/widget.js?v=1#x', 'https://api.example'],
  ['https://api.example/widget/1.2.3/widget.js', 'https://api.example'],
  [
    'https://x.supabase.co/functions/v1/make-server-3cbf86a5/widget.js',
    'https://x.supabase.co/functions/v1/make-server-3cbf86a5',
  ],
  ['https://cdn.example/all.js', ''],
  ['https://cdn.example/all.js?from=/widget.js', ''],
  ['', ''],
])('the API of %j is %j', (src, base) => {
  expect(apiBase(src)).toBe(base);
});

it.each([
  ['/thanks', 'https://shop.example/thanks'],
  ['thanks?a=b', 'https://shop.example/contact/thanks?a=b'],
  ['https://other.example/', 'https://other.example/'],
  ['', ''],
  ['javascript:alert(1)', ''],
  [' JavaScript:alert(1)', ''],
  ['java\nscript:alert(1)', ''],
  ['data:text/html,x', ''],
  ['http://', ''],
])('the redirect %j goes to %j', (address, target) => {
  expect(redirectTarget(address, 'https://shop.example/contact/')).toBe(target);
});

it('settings are attributes in kebab case', () => {
  expect(['api', 'submitLabel', 'roomTypes'].map(attributeOf)).toEqual(['api', 'submit-label', 'room-types']);
});
