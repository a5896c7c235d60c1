import { expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { edgeBase, edgeCaller } from './edge-caller.ts';

const HOSTED = 'https://abcdefghijklmnopqrst.supabase.co';
const SECRET = 'sb_secret_of-the-tests';

const caller = (url: string, headers: Record<string, string>, proxies = '0') =>
  edgeCaller(
    new Headers(headers),
    readConfig({ SUPABASE_URL: url, SUPABASE_SECRET_KEY: SECRET, TRUST_PROXY: proxies }),
  );

it('is the address that Cloudflare saw before a hosted project', () => {
  const headers = { 'CF-Connecting-IP': '203.0.113.7', 'X-Forwarded-For': '10.0.0.1' };
  expect(caller(HOSTED, headers)).toBe('203.0.113.7');
  expect(caller('https://abcdefghijklmnopqrst.supabase.in', headers)).toBe('203.0.113.7');
});

it.each(['http://kong:8000', 'https://crm.example.com', 'https://supabase.co.example.com'])(
  'is nobody at %s, where callers write that header themselves',
  (url) => {
    expect(caller(url, { 'CF-Connecting-IP': '203.0.113.7' })).toBeNull();
  },
);

it.each(['', 'visitor-1', '203.0.113.999', 'a'.repeat(1_000)])('is no address made up: %s', (written) => {
  expect(caller(HOSTED, { 'CF-Connecting-IP': written })).toBeNull();
});

it('is what the proxies of ours say, where there are any', () => {
  const headers = { 'X-Forwarded-For': '10.0.0.1, 203.0.113.7' };
  expect(caller('http://kong:8000', headers, '1')).toBe('203.0.113.7');
});

it.each([
  [HOSTED, '0', `${HOSTED}/functions/v1`],
  [HOSTED, '1', `${HOSTED}/functions/v1`],
  ['http://kong:8000', '0', 'http://kong:8000/functions/v1'],
  ['http://kong:8000', '1', 'https://crm.example.com/functions/v1'],
])('callers reach the functions of %s with %s proxies at %s', (url, proxies, base) => {
  const headers = { 'X-Forwarded-Host': 'crm.example.com', 'X-Forwarded-Proto': 'https' };
  const request = new Request('http://functions:9000/make-server-3cbf86a5/docs', { headers });
  const config = readConfig({ SUPABASE_URL: url, SUPABASE_SECRET_KEY: SECRET, TRUST_PROXY: proxies });
  expect(edgeBase(request, config)).toBe(base);
});
