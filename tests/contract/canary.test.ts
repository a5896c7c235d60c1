import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Json } from '../../api/database/database.ts';
import { ApiError } from '../../api/errors.ts';
import { canaryReply } from '../../shared/contract/diagnostics.ts';
import { digestHex, rowDigest } from '../../shared/proof/digest.ts';
import { ADMIN_KEY, startApi, type TestApi } from '../rig/api.ts';
import { openTestDriver } from '../rig/test-driver.ts';
import { appWith } from './app-with.ts';
import { expectRefusal } from './refusals.ts';

const TABLE = 'kv_store_3cbf86a5';
const NONCE = 'nonce-of-the-test';

let api: TestApi;
let door: Database;
beforeAll(async () => {
  api = await startApi();
  door = await openTestDriver(api.database.url);
});
afterAll(async () => {
  await door.close();
  await api.close();
});

const left = () => api.sql(`select key from ${TABLE} where key ~ '^canary:'`);

/** The canary test of an API whose steps the test may spoil. */
function canaryThrough(spoil: (name: string, call: () => Promise<unknown>, payload: Json) => Promise<unknown>) {
  const database: Database = {
    call: (name, payload) => spoil(name, () => door.call(name, payload), payload),
    close: async () => undefined,
  };
  return appWith(database).app.request('/diagnostics/canary', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${ADMIN_KEY}` },
    body: JSON.stringify({ nonce: NONCE }),
  });
}

describe('the canary', () => {
  it('is written, read back by another transaction, compared, removed and gone', async () => {
    const reply = canaryReply.parse(
      await (await api.request('POST', '/diagnostics/canary', { body: { nonce: NONCE } })).json(),
    );
    const { key, written, read } = reply;
    expect(reply).toMatchObject({ matches: true, gone: true, leftovers: 0 });
    expect(JSON.parse(written.text)).toMatchObject({ nonce: NONCE });
    expect(written.digest).toBe(digestHex(await rowDigest(key, written.text)));
    expect(read).toMatchObject({ text: written.text, digest: written.digest });
    expect(await left()).toEqual([]);
    expect(await api.sql('select * from crm.changes')).toEqual([]);
  });

  it('takes one along that an interrupted run left', async () => {
    await api.sql(
      `insert into ${TABLE} (key, value, created_at)
       values ('canary:4845de72-e1bb-4357-86fb-ae24236b6899', '{}', now() - interval '1 hour')`,
    );
    const reply = await api.request('POST', '/diagnostics/canary', { body: { nonce: NONCE } });
    expect(canaryReply.parse(await reply.json())).toMatchObject({ matches: true, leftovers: 1 });
    expect(await left()).toEqual([]);
  });

  it.each([
    ['changed', `update ${TABLE} set value = value || '{"nonce": "nonce-of-another"}' where key ~ '^canary:'`],
    ['given one more field', `update ${TABLE} set value = value || '{"x": 1}' where key ~ '^canary:'`],
    ['made another kind of value', `update ${TABLE} set value = '5' where key ~ '^canary:'`],
  ])('that somebody has %s before it is read does not match', async (_, sql) => {
    const reply = await canaryThrough(async (name, call) => {
      if (name === 'crm_get_canary') await api.sql(sql);
      return call();
    });
    const { matches, gone, read, written } = canaryReply.parse(await reply.json());
    expect({ matches, gone }).toEqual({ matches: false, gone: true });
    expect(read?.text).not.toBe(written.text);
    expect(await left()).toEqual([]);
  });

  it('that is gone before it is read does not match', async () => {
    const reply = await canaryThrough(async (name, call) => {
      if (name === 'crm_get_canary') await api.sql(`delete from ${TABLE} where key ~ '^canary:'`);
      return call();
    });
    expect(canaryReply.parse(await reply.json())).toMatchObject({ matches: false, read: null, gone: true });
  });

  it('that Postgres itself stores otherwise than asked does not match', async () => {
    await api.sql(`
      create function public.spoil() returns trigger language plpgsql as
        $$ begin new.value := jsonb_set(new.value, '{nonce}', '"nonce-of-another"'); return new; end $$;
      create trigger spoil before insert on ${TABLE} for each row execute function public.spoil()`);
    try {
      const reply = await api.request('POST', '/diagnostics/canary', { body: { nonce: NONCE } });
      expect(canaryReply.parse(await reply.json())).toMatchObject({ matches: false, gone: true });
    } finally {
      await api.sql(`drop trigger spoil on ${TABLE}; drop function public.spoil()`);
    }
  });

  it('that comes back after its removal is not gone', async () => {
    const reply = await canaryThrough(async (name, call, payload) => {
      const result = await call();
      if (name === 'crm_remove_canary') {
        const { id } = payload as { id: string };
        await api.sql(`insert into ${TABLE} (key, value) values ($1, '{}')`, [`canary:${id}`]);
      }
      return result;
    });
    expect(canaryReply.parse(await reply.json())).toMatchObject({ matches: true, gone: false });
    await api.sql(`delete from ${TABLE} where key ~ '^canary:'`);
  });

  it.each(['crm_write_canary', 'crm_get_canary', 'crm_remove_canary'])(
    'is removed when the answer of %s is lost, and the caller learns of the loss',
    async (lost) => {
      let isLost = false;
      const reply = await canaryThrough(async (name, call) => {
        const result = await call();
        if (name !== lost || isLost) return result;
        isLost = true;
        throw new ApiError('database_unavailable', 'The database is away.', { retryAfter: 1 });
      });
      await expectRefusal(reply, 503);
      expect(await left()).toEqual([]);
    },
  );

  it('whose database hangs says so, without waiting as long again for its removal', async () => {
    const reply = await canaryThrough(async (name) => {
      if (name === 'crm_remove_canary') return new Promise(() => undefined);
      throw new ApiError('database_unavailable', 'The database is late.', { retryAfter: 1 });
    });
    await expectRefusal(reply, 503);
  });

  it.each([
    {},
    { nonce: 'short' },
    { nonce: 'with space in it' },
    { nonce: 5 },
    { nonce: NONCE, key: 'lead:lead_1_a' },
  ])('is refused for %j', async (body) => {
    await expectRefusal(await api.request('POST', '/diagnostics/canary', { body }), 400);
    expect(await left()).toEqual([]);
  });
});
