import { describe, expect, it } from 'vitest';
import * as limits from './limits.ts';
import { userPatch, userRequest } from './user.ts';

const LEAST = { email: 'ann@example.com', name: 'Ann' };
const taken = (fields: object) => userRequest.safeParse({ ...LEAST, ...fields }).success;
const patched = (fields: object) => userPatch.safeParse(fields).success;

describe('a preference whose name is kept for secrets', () => {
  it.each([
    'password',
    'Password',
    'passwd',
    'password_hash',
    'old_password',
    'salt',
    'secret',
    'clientSecret',
    'client_secret',
    'api_secret',
    'otp',
    'token',
    'accessToken',
    'refresh_token',
    'reset_token',
    'session_token',
    'authToken',
    'verification_token',
    'tokenHash',
    'token_hash',
    'reset_token_hash',
    'resetCode',
    'verification_code',
  ])('%s is refused, and may be removed', (name) => {
    expect(taken({ preferences: { [name]: 'x' } })).toBe(false);
    expect(patched({ preferences: { [name]: 'x' } })).toBe(false);
    expect(patched({ preferences: { [name]: null } })).toBe(true);
  });

  it.each(['salty', 'sea salt', 'secretary', 'my secret', 'tokens', 'a token', 'code', 'otpp', 'hotp', 'mytoken'])(
    '%s is none of them',
    (name) => {
      expect(taken({ preferences: { [name]: 'x' } })).toBe(true);
    },
  );
});

it('preferences are no more than there may be, each under a name', () => {
  const named = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, true]));
  expect(taken({ preferences: named(limits.PREFERENCES) })).toBe(true);
  expect(taken({ preferences: named(limits.PREFERENCES + 1) })).toBe(false);
  expect(taken({ preferences: { ' ': true } })).toBe(false);
  expect(taken({ preferences: { ['n'.repeat(limits.FIELD_NAME_LENGTH + 1)]: true } })).toBe(false);
});

it('a new user is active, and an update changes nothing that it does not name', () => {
  expect(userRequest.parse(LEAST).accountStatus).toBe('active');
  expect(userPatch.parse({ name: 'Bob' })).toEqual({ name: 'Bob' });
  expect(patched({})).toBe(false);
});

it('what the product counts or gives itself cannot be sent', () => {
  for (const field of ['id', 'totalOrders', 'totalSpent', 'loyaltyPoints', 'signupDate', 'lastLogin', 'seed', 'role']) {
    expect(taken({ [field]: 1 }), field).toBe(false);
    expect(patched({ name: 'Bob', [field]: 1 }), field).toBe(false);
  }
});

it('the email and the name stay, whatever else is removed', () => {
  expect(patched({ phone: null, address: null, preferences: null, tags: null })).toBe(true);
  expect(patched({ email: null })).toBe(false);
  expect(patched({ name: null })).toBe(false);
  expect(patched({ name: ' ' })).toBe(false);
  expect(taken({ name: ' ' })).toBe(false);
});
