import { expect, it } from 'vitest';
import { redirectTarget } from './form.ts';

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
