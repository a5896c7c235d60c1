import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const URL = 'https://abcdefghijklmnopqrst.supabase.co';
const SECRET = 'sb_secret_of_tests_1';
const PUBLIC = 'sb_publishable_of_tests';
const legacyKey = (role: string) =>
  `eyJhbGciOiJIUzI1NiJ9.${btoa(JSON.stringify({ iss: 'supabase', role })).replaceAll('=', '')}.signature`;

describe('the settings of a Supabase project', () => {
  it('are its address and keys, by any of their names', () => {
    expect(readConfig({ SUPABASE_URL: `${URL}/`, SUPABASE_SECRET_KEY: SECRET })).toMatchObject({
      SUPABASE_URL: URL,
      SUPABASE_SECRET_KEY: SECRET,
    });
    const edge = readConfig({
      SUPABASE_URL: URL,
      SUPABASE_SECRET_KEYS: JSON.stringify({ other: 'sb_secret_of_tests_2', default: SECRET }),
      SUPABASE_SERVICE_ROLE_KEY: legacyKey('service_role'),
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ web: PUBLIC }),
      SUPABASE_ANON_KEY: legacyKey('anon'),
      SUPABASE_JWKS: JSON.stringify({ keys: [{ kty: 'EC', kid: 'one' }, { kty: 'oct' }] }),
    });
    expect(edge).toMatchObject({
      SUPABASE_SECRET_KEY: SECRET,
      SUPABASE_PUBLISHABLE_KEY: PUBLIC,
      SUPABASE_JWKS: { keys: [{ kty: 'EC', kid: 'one' }] },
    });
    expect(Object.keys(edge)).not.toContain('SUPABASE_SECRET_KEYS');
    const legacy = readConfig({
      SUPABASE_URL: URL,
      SUPABASE_SERVICE_ROLE_KEY: legacyKey('service_role'),
      SUPABASE_ANON_KEY: legacyKey('anon'),
    });
    expect(legacy.SUPABASE_SECRET_KEY).toBe(legacyKey('service_role'));
    expect(legacy.SUPABASE_PUBLISHABLE_KEY).toBe(legacyKey('anon'));
  });

  it('may stand beside DATABASE_URL, with and without the secret key', () => {
    const settings = { SUPABASE_URL: URL, DATABASE_URL: 'postgresql://u:p@h:5432/d' };
    expect(readConfig(settings)).toMatchObject(settings);
    expect(readConfig({ ...settings, SUPABASE_SECRET_KEY: SECRET })).toMatchObject(settings);
  });

  it.each([URL, 'http://127.0.0.1:54321', 'http://localhost:54321', 'http://kong:8000', 'https://db.studio.example'])(
    'take the address %s',
    (address) => {
      expect(readConfig({ SUPABASE_URL: address, SUPABASE_SECRET_KEY: SECRET }).SUPABASE_URL).toBe(address);
    },
  );

  it.each([
    ['SUPABASE_URL', 'my-project'],
    ['SUPABASE_URL', `${URL}/rest/v1`],
    ['SUPABASE_URL', 'http://abcdefghijklmnopqrst.supabase.co'],
    ['SUPABASE_URL', 'postgresql://u:hunter2@h/d'],
    ['SUPABASE_SECRET_KEY', PUBLIC],
    ['SUPABASE_SECRET_KEY', 'short'],
    ['SUPABASE_SECRET_KEYS', SECRET],
    ['SUPABASE_SECRET_KEYS', '{}'],
    ['SUPABASE_SECRET_KEYS', 'null'],
    ['SUPABASE_SECRET_KEYS', JSON.stringify({ default: PUBLIC })],
    ['SUPABASE_SERVICE_ROLE_KEY', legacyKey('anon')],
    ['SUPABASE_PUBLISHABLE_KEY', SECRET],
    ['SUPABASE_PUBLISHABLE_KEYS', JSON.stringify({ default: SECRET })],
    ['SUPABASE_ANON_KEY', legacyKey('service_role')],
    ['SUPABASE_JWKS', 'https://example.com/jwks.json'],
    ['SUPABASE_JWKS', '{"keys": 1}'],
    ['SUPABASE_JWT_SECRET', 'too-short'],
    ['SUPABASE_JWT_SECRET', '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQc'],
    ['SUPABASE_JWT_SECRET', '{"kty":"EC","crv":"P-256","x":"0123456789"}'],
    ['SUPABASE_JWT_SECRET', legacyKey('anon')],
  ])('refuse a bad %s in one sentence without repeating it', (name, value) => {
    const read = () => readConfig({ SUPABASE_URL: URL, DATABASE_URL: 'postgresql://u:p@h:5432/d', [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${name} cannot be used: [^\\n]+\\.$`));
    expect(read).not.toThrow(value);
  });

  it('refuse what does not go together, in one sentence', () => {
    const both = { SUPABASE_URL: URL, SUPABASE_SECRET_KEY: SECRET };
    expect(() => readConfig({ SUPABASE_URL: URL })).toThrow(/^SUPABASE_URL is set without a key .+\.$/);
    for (const alone of [
      { SUPABASE_SECRET_KEY: SECRET },
      { SUPABASE_PUBLISHABLE_KEY: PUBLIC },
      { SUPABASE_JWT_SECRET: 'a-secret-of-thirty-two-characters' },
      { SUPABASE_JWKS: '{"keys":[]}' },
    ]) {
      expect(() => readConfig(alone)).toThrow(`${Object.keys(alone)[0]} is set without SUPABASE_URL: `);
    }
    expect(() => readConfig({ ...both, ADMIN_KEY: SECRET })).toThrow(/^ADMIN_KEY equals a key of Supabase/);
    expect(() => readConfig({ ...both, SUPABASE_PUBLISHABLE_KEY: PUBLIC, VIEWER_KEY: PUBLIC })).toThrow(
      /^VIEWER_KEY equals a key of Supabase/,
    );
  });
});
