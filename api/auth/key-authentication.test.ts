import { expect, it } from 'vitest';
import { keyAuthentication } from './key-authentication.ts';

const authenticate = keyAuthentication({ admin: 'the-key-of-the-admin', viewer: 'the-key-of-the-viewer' });

it('gives each key its own role', async () => {
  expect(await authenticate('the-key-of-the-admin')).toEqual({ role: 'admin', actor: 'key:admin' });
  expect(await authenticate('the-key-of-the-viewer')).toEqual({ role: 'viewer', actor: 'key:viewer' });
});

it.each(['', 'the-key-of-the-admim', 'The-key-of-the-admin', 'the-key-of-the-admin ', 'the-key-of-the', 'admin'])(
  'lets nobody in with %j',
  async (token) => {
    expect(await authenticate(token)).toBeNull();
  },
);

it('lets nobody in where there are no keys', async () => {
  expect(await keyAuthentication({})('')).toBeNull();
  expect(await keyAuthentication({})('undefined')).toBeNull();
});
