import { afterEach, expect, it } from 'vitest';
import { healthReply } from '../../shared/contract/health.ts';
import { PUBLISHABLE_KEY, startAuthServer } from '../rig/auth-server.ts';
import { createTestDatabase } from '../rig/database.ts';
import { createDataFolder, endProducts, startProduct } from '../rig/product.ts';
import { ADMIN, USERS } from './trust-in.ts';

afterEach(endProducts);

it('npm start with a project lets its people in beside the key, and tells how', async () => {
  const auth = await startAuthServer({ users: USERS });
  const database = await createTestDatabase();
  const product = await startProduct(await createDataFolder(), {
    DATABASE_URL: database.url,
    SUPABASE_URL: auth.url,
    SUPABASE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
  });
  try {
    const health = healthReply.parse(await (await fetch(`${product.url}/health`)).json());
    expect(health.auth).toEqual({
      methods: ['key', 'supabase'],
      supabase: { url: auth.url, publishableKey: PUBLISHABLE_KEY },
    });
    expect(health.database.projectRef).toBeNull();
    const status = async (token: string) =>
      (await fetch(`${product.url}/leads`, { headers: { Authorization: `Bearer ${token}` } })).status;
    expect(await status(product.adminKey)).toBe(200);
    expect(await status(await auth.token(ADMIN))).toBe(200);
    expect(await status(await auth.token('nobody@studio.example'))).toBe(403);
    expect(await status(PUBLISHABLE_KEY)).toBe(401);
    expect(product.stderr()).toBe('');
  } finally {
    await product.stop();
    await auth.close();
    await database.drop();
  }
});
