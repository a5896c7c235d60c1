import { expect, it } from 'vitest';
import { CALL_MS } from '../../../api/database/database.ts';
import { TIMEOUT_MS } from '../../../extension/platform/api/api.ts';
import { createTestDatabase } from '../../rig/database.ts';

it('Postgres gives up before the API, and the API before those who ask it', async () => {
  const database = await createTestDatabase();
  try {
    const limits = await database.sql<{ name: string; ms: number }>(`
      select proname as name, extract(epoch from substr(setting, length('statement_timeout=') + 1)::interval) * 1000 as ms
      from pg_proc, unnest(proconfig) as setting
      where pronamespace = 'public'::regnamespace and setting ~ '^statement_timeout='`);
    expect(limits.map(({ name }) => name).sort()).toEqual(['crm_get_sync', 'crm_repair_sync']);
    for (const { name, ms } of limits) expect(Number(ms), name).toBeLessThan(CALL_MS);
    expect(CALL_MS).toBeLessThan(TIMEOUT_MS);
  } finally {
    await database.drop();
  }
});
