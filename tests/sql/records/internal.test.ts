import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRET_NAME } from '../../../shared/contract/user.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function value<Result>(expression: string, values: unknown[] = []): Promise<Result> {
  const [row] = await database.sql<{ value: Result }>(`select ${expression} as value`, values);
  if (!row) throw new Error('no row');
  return row.value;
}
const redact = (json: unknown) => value<unknown>('crm.redact($1)', [JSON.stringify(json)]);

describe('crm.redact', () => {
  it.each([
    'password',
    'Password',
    'passwordHash',
    'password_hash',
    'hashed_password',
    'hashedPassword',
    'encrypted_password',
    'oldPassword',
    'passwd',
    'password_digest',
    'salt',
    'passwordSalt',
    'secret',
    'clientSecret',
    'api_secret',
    'otp',
    'token',
    'accessToken',
    'refresh_token',
    'resetToken',
    'sessionToken',
    'tokenHash',
    'resetCode',
    'verification_code',
  ])('leaves out %s, also further in', async (name) => {
    expect(await redact({ a: 1, [name]: 'x' })).toEqual({ a: 1 });
    expect(await redact({ a: [{ b: { [name]: { deep: 'x' } }, c: 2 }] })).toEqual({ a: [{ b: {}, c: 2 }] });
  });

  it.each(['postcode', 'zipCode', 'saltwater', 'secretary', 'tokens', 'promoCode', 'countryCode', 'hotspot'])(
    'keeps %s',
    async (name) => {
      expect(await redact({ [name]: 'x' })).toEqual({ [name]: 'x' });
    },
  );

  it('keeps what people typed, whatever it says, and what the site owner or an address names', async () => {
    const lead = {
      message: '"password": "x"',
      fields: { password: 'typed', token: 'typed' },
      utm: { token: 'of a link' },
      list: ['token', null, 1.5, true],
    };
    expect(await redact(lead)).toEqual(lead);
    for (const plain of [null, 'password', 5, [], {}, ['secret']]) expect(await redact(plain)).toEqual(plain);
  });

  it('knows the names that the API refuses for a preference, and no others', () => {
    const source = readFileSync(join(import.meta.dirname, '../../../api/sql/functions/access/redact.sql'), 'utf8');
    expect(/!~\* '(.*)'$/m.exec(source)?.[1]).toBe(SECRET_NAME.source);
    expect(SECRET_NAME.flags).toBe('i');
  });

  it('gives nothing of a row that is JSON once more inside a text, when that names a secret', async () => {
    const user = JSON.stringify({ id: 'user_1_a', passwordHash: 'hunter2' });
    expect(await redact(user)).toBeNull();
    expect(await redact(JSON.stringify(user))).toBeNull();
    expect(await redact([user, 'user_1_a', { token: 'x', a: 1 }])).toEqual([null, 'user_1_a', { a: 1 }]);
    const harmless = JSON.stringify({ id: 'user_1_a', name: 'Ann' });
    for (const kept of [harmless, [harmless], { message: user }, 'say "token": x'])
      expect(await redact(kept)).toEqual(kept);
  });

  it('ends on any depth and lets no secret through', async () => {
    const deep = `${'{"a":'.repeat(2_000)}{"password":"hunter2"}${'}'.repeat(2_000)}`;
    const text = await value<string>('crm.redact($1)::text', [deep]);
    expect(text).not.toContain('hunter2');
    expect(text).toMatch(/^\{"a"/);
  });
});

describe('crm.iso', () => {
  it.each(['1970-01-01T00:00:00.000Z', '2026-11-22T12:34:56.789Z', '1999-12-31T23:59:59.999Z'])(
    'writes %s as JavaScript does, whatever the time zone of the session',
    async (moment) => {
      expect(await value('crm.iso($1::timestamptz)', [moment])).toBe(new Date(moment).toISOString());
      const [row] = await database.sql<{ value: string }>(
        `select crm.iso($1::timestamptz) as value from set_config('TimeZone', 'Asia/Kuala_Lumpur', true)`,
        [moment],
      );
      expect(row?.value).toBe(moment);
    },
  );
});

describe('crm.milliseconds', () => {
  it.each(['1970-01-01T00:00:00.000Z', '2026-11-22T12:34:56.789Z'])('counts %s as JavaScript does', async (moment) => {
    expect(Number(await value('crm.milliseconds($1::timestamptz)', [moment]))).toBe(Date.parse(moment));
  });
});

describe('crm.new_id', () => {
  it('makes ids of the documented form that do not repeat and use all 36 characters', async () => {
    const rows = await database.sql<{ id: string }>(
      "select crm.new_id('lead', 1736177352123) as id from generate_series(1, 2000)",
    );
    const ids = rows.map(({ id }) => id);
    for (const id of ids) expect(id).toMatch(/^lead_1736177352123_[a-z0-9]{9}$/);
    expect(new Set(ids).size).toBe(2000);
    const random = ids.map((id) => id.slice(-9));
    for (let place = 0; place < 9; place++) expect(new Set(random.map((text) => text[place])).size).toBe(36);
  });
});

describe('crm.digest', () => {
  it.each([
    ['lead:a', { b: 1, a: 'ü🏡' }],
    ['käse', []],
    ['', null],
  ])('of %s is the SHA-256 of octets, key and stored text', async (key, json) => {
    const text = await value<string>('$1::jsonb::text', [JSON.stringify(json)]);
    const expected = createHash('sha256')
      .update(`${Buffer.byteLength(key)}:${key}${text}`)
      .digest('hex');
    expect(await value('crm.digest($1, $2)', [key, JSON.stringify(json)])).toBe(expected);
  });

  it('keeps key and value apart', async () => {
    expect(await value("crm.digest('a', '1')")).not.toBe(await value("crm.digest('a1', '\"\"')"));
    expect(await value("crm.digest('a', '11')")).not.toBe(await value("crm.digest('a1', '1')"));
  });
});
