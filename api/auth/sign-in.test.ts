import { expect, it } from 'vitest';
import { authMethods } from '../../shared/contract/health.ts';
import { readConfig } from '../config.ts';
import { projectRef, signInMethods } from './sign-in.ts';

const url = 'https://abcdefghijklmnopqrst.supabase.co';
const SUPABASE_SECRET_KEY = 'sb_secret_of_tests_1';
const publishableKey = 'sb_publishable_of_tests';
const ADMIN_KEY = 'admin-key-of-the-tests';

it.each([
  ['nothing', {}, { methods: ['key'] }],
  ['a key', { ADMIN_KEY }, { methods: ['key'] }],
  [
    'a project',
    { SUPABASE_URL: url, SUPABASE_SECRET_KEY, SUPABASE_PUBLISHABLE_KEY: publishableKey },
    { methods: ['supabase'], supabase: { url, publishableKey } },
  ],
  [
    'both',
    { ADMIN_KEY, SUPABASE_URL: url, SUPABASE_SECRET_KEY, SUPABASE_PUBLISHABLE_KEY: publishableKey },
    { methods: ['key', 'supabase'], supabase: { url, publishableKey } },
  ],
  ['a project whose public key is unknown', { SUPABASE_URL: url, SUPABASE_SECRET_KEY }, { methods: ['key'] }],
])('with %s configured, people can sign in as due, and no secret is told', (_, environment, expected) => {
  const methods = signInMethods(readConfig(environment));
  expect(authMethods.parse(methods)).toEqual(expected);
  expect(JSON.stringify(methods)).not.toMatch(/sb_secret|admin-key/);
});

it('the name of a project is read from its address, where it has one', () => {
  const ref = (SUPABASE_URL: string) => projectRef(readConfig({ SUPABASE_URL, SUPABASE_SECRET_KEY }));
  expect(ref(url)).toBe('abcdefghijklmnopqrst');
  expect(ref('https://supabase.studio.example')).toBeNull();
  expect(ref('https://a.supabase.co.evil.example')).toBeNull();
  expect(ref('http://127.0.0.1:54321')).toBeNull();
  expect(projectRef(readConfig({}))).toBeNull();
});
