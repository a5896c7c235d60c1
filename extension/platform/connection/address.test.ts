import { describe, expect, it } from 'vitest';
import { apiCandidates, readAddress, refusedKey } from './address.ts';

const jwt = (claims: object) =>
  ['{"alg":"HS256"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

describe('an address is read as people type it:', () => {
  it.each([
    ['https://crm.example.com', 'https://crm.example.com'],
    ['  https://crm.example.com/  ', 'https://crm.example.com'],
    ['crm.example.com', 'https://crm.example.com'],
    ['CRM.Example.com/API/', 'https://crm.example.com/API'],
    ['https://crm.example.com:8443//', 'https://crm.example.com:8443'],
    ['https://crm.example.com/?from=mail#top', 'https://crm.example.com'],
    ['ref.supabase.co', 'https://ref.supabase.co'],
    ['https://ref.supabase.co/functions/v1/crm/', 'https://ref.supabase.co/functions/v1/crm'],
    ['localhost:8787', 'http://localhost:8787'],
    ['Localhost:8787', 'http://localhost:8787'],
    ['127.0.0.1:8787', 'http://127.0.0.1:8787'],
    ['http://localhost:8787/', 'http://localhost:8787'],
    ['https://localhost:8787', 'https://localhost:8787'],
    // Names that only begin like this machine's.
    ['localhost.example.com', 'https://localhost.example.com'],
    ['127.example.com', 'https://127.example.com'],
    ['bücher.example', 'https://xn--bcher-kva.example'],
  ])('%j', (typed, address) => {
    expect(readAddress(typed)).toBe(address);
  });
});

describe('an address that will not do is refused with what to do:', () => {
  it.each([
    ['', 'Enter the address of your API'],
    ['   ', 'Enter the address of your API'],
    ['not an address', 'This is no address'],
    ['https://', 'This is no address'],
    ['postgres://crm:secret@db.example.com/crm', 'address of the database'],
    ['postgresql://db.example.com/crm', 'address of the database'],
    ['ftp://crm.example.com', 'begins with https://'],
    ['file:///etc/passwd', 'begins with https://'],
    ['https://ann:secret@crm.example.com', 'Leave name and password out'],
    // Over http a key is safe only where it does not leave the machine.
    ['http://crm.example.com', 'Use https://'],
    ['http://192.168.1.5:8787', 'Use https://'],
    ['http://localhost.example.com', 'Use https://'],
    ['http://127.0.0.1.example.com', 'Use https://'],
    ['http://0.0.0.0:8787', 'Use https://'],
    // Our own policy names no others.
    ['127.0.0.9:8787', 'use 127.0.0.1 or localhost'],
    ['http://[::1]:8787', 'use 127.0.0.1 or localhost'],
  ])('%j', (typed, sentence) => {
    expect(() => readAddress(typed)).toThrow(
      expect.objectContaining({ name: 'Failure', kind: 'foreign', message: expect.stringContaining(sentence) }),
    );
  });

  it('and what was typed as a password is not repeated', () => {
    expect(() => readAddress('https://ann:hunter2@crm.example.com')).toThrow(/^(?!.*hunter2)/);
  });
});

it('a bare address may be that of a Supabase project, one with a path is meant as it is', () => {
  expect(apiCandidates('https://ref.supabase.co')).toEqual([
    'https://ref.supabase.co',
    'https://ref.supabase.co/functions/v1/make-server-3cbf86a5',
  ]);
  expect(apiCandidates('https://example.com/crm')).toEqual(['https://example.com/crm']);
});

describe('a key that has no place in a browser is refused with the reason:', () => {
  it.each([
    ['a secret key', 'sb_secret_of_the_tests', 'belongs on a server only'],
    ['a secret key with space around it', ' sb_secret_of_the_tests\n', 'belongs on a server only'],
    ['a legacy service key', jwt({ iss: 'supabase', role: 'service_role' }), 'belongs on a server only'],
    ['a legacy service key in base64url', jwt({ role: 'service_role', ref: '???~~~' }), 'server'],
    ['a publishable key', 'sb_publishable_of_the_tests', 'opens nothing here'],
    ['a legacy public key', jwt({ iss: 'supabase', role: 'anon' }), 'opens nothing here'],
    ['the address of a database', 'postgresql://crm:hunter2@db.example.com/crm', 'with its password'],
  ])('%s', (_, key, reason) => {
    expect(refusedKey(key)).toContain(reason);
    expect(refusedKey(key)).not.toContain(key.trim());
  });

  it.each([
    ['our own', 'kQ3vJ8Vd2uM1xF9sZb7L'],
    ['a session of a person', jwt({ role: 'authenticated' })],
    ['dots without JSON between them', 'a.b.c'],
    ['JSON that is no object', `a.${btoa('null')}.c`],
    ['nothing', ''],
  ])('but not %s', (_, key) => {
    expect(refusedKey(key)).toBeNull();
  });
});
