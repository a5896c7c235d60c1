import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, settleConfig } from './config.ts';

describe('the configuration', () => {
  it('needs nothing, and is what the documentation says', () => {
    expect(readConfig({})).toEqual({
      PORT: 8787,
      HOST: '127.0.0.1',
      DATA_DIR: './.data',
      PG_PORT: 0,
      KV_TABLE: 'kv_store_3cbf86a5',
      TRUST_PROXY: 0,
      RATE_LIMIT_PER_IP: 30,
      RATE_LIMIT_GLOBAL: 3000,
      CURRENCY: 'MYR',
    });
  });

  it('cannot be changed later, and takes an empty value as none', () => {
    const config = readConfig({ PORT: '', CURRENCY: 'EUR', PATH: '/usr/bin' });
    expect(config.PORT).toBe(8787);
    expect(config).not.toHaveProperty('PATH');
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('cannot be changed either once the start has settled what was left open', () => {
    const read = readConfig({ CURRENCY: 'EUR' });
    const settled = settleConfig(read, { ADMIN_KEY: 'found-in-the-data-folder' });
    expect(settled).toEqual({ ...read, ADMIN_KEY: 'found-in-the-data-folder' });
    expect(Object.isFrozen(settled)).toBe(true);
  });

  it.each([
    ['PORT', '0', 0],
    ['PORT', '65535', 65535],
    ['HOST', '::1', '::1'],
    ['RATE_LIMIT_PER_IP', '0', 0],
    ['TRUST_PROXY', '2', 2],
    ['KV_TABLE', 'kv_store_x', 'kv_store_x'],
    ['ALLOWED_ORIGINS', 'https://a.example, http://localhost:3000', ['https://a.example', 'http://localhost:3000']],
    ['DATABASE_URL', 'postgresql://u:p@h:5432/d', 'postgresql://u:p@h:5432/d'],
  ] as const)('takes %s=%s', (name, value, expected) => {
    expect(readConfig({ [name]: value })[name]).toEqual(expected);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['PORT', ' 80'],
    ['HOST', 'a b'],
    ['HOST', 'http://x'],
    ['PG_PORT', 'x'],
    ['KV_TABLE', 'users'],
    ['KV_TABLE', 'kv_store_; drop table x'],
    ['KV_TABLE', `kv_store_${'a'.repeat(55)}`],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '11'],
    ['RATE_LIMIT_PER_IP', 'many'],
    ['RATE_LIMIT_GLOBAL', '1.5'],
    ['CURRENCY', 'RM'],
    ['CURRENCY', 'myr'],
    ['ALLOWED_ORIGINS', 'https://a.example/'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'https://a.example,'],
    ['ALLOWED_ORIGINS', 'a.example'],
  ])('refuses %s=%s in one sentence that names both', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(`${name} ("${value}") cannot be used: `);
    expect(() => readConfig({ [name]: value })).toThrow(/^[^\n]+\.$/);
  });

  it.each([
    ['ADMIN_KEY', 'short'],
    ['ADMIN_KEY', 'with spaces in between it'],
    ['VIEWER_KEY', 'ümlaut-ümlaut-ümlaut'],
    ['DATABASE_URL', 'mysql://root:hunter2@host/db'],
    ['DATABASE_URL', 'hunter2'],
  ])('refuses a bad %s without repeating it', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} cannot be used: `));
    expect(() => readConfig({ [name]: value })).not.toThrow(value);
  });

  it('refuses one key for two roles', () => {
    const key = 'the-same-key-for-both';
    expect(() => readConfig({ ADMIN_KEY: key, VIEWER_KEY: key })).toThrow(/^VIEWER_KEY equals ADMIN_KEY/);
  });
});
