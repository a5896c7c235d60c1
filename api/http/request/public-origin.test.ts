import { expect, it } from 'vitest';
import { publicOrigin } from './public-origin.ts';

const request = (headers: Record<string, string>) => new Request('http://127.0.0.1:8787/docs', { headers });

it('is where the request came in', () => {
  expect(publicOrigin(request({}), 0)).toBe('http://127.0.0.1:8787');
});

it('is what our proxy says, and nobody else', () => {
  const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'crm.example.com' };
  expect(publicOrigin(request(headers), 1)).toBe('https://crm.example.com');
  expect(publicOrigin(request(headers), 0)).toBe('http://127.0.0.1:8787');
});

it.each(['http://crm_api:8787', 'http://[::1]:8787'])('may be %s, as in a container network', (origin) => {
  expect(publicOrigin(new Request(`${origin}/docs`), 0)).toBe(origin);
});

it('never holds markup', () => {
  expect(() => publicOrigin(request({ 'X-Forwarded-Host': 'a"onload=alert(1)' }), 1)).toThrow('Host header');
});
