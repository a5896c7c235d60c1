import '../../../tests/rig/extension-in-node.ts';
import { expect, it } from 'vitest';
import { canReadDirectly, directTableOf } from './direct-table.ts';

const supabase = { url: 'https://abcdefghij.supabase.co', publishableKey: 'sb_publishable_x' };
const connection = { id: '1', name: 'Test', url: 'https://crm.example.com' };

it('is there for a person who signed in to a project, and for no key', () => {
  const table = directTableOf({ ...connection, supabase, account: 'ann@example.com' }, 'kv_store_3cbf86a5');
  expect(table).toMatchObject({ projectUrl: supabase.url, table: 'kv_store_3cbf86a5' });
  expect(canReadDirectly({ ...connection, supabase })).toBe(false);
  expect(canReadDirectly({ ...connection, account: 'ann@example.com' })).toBe(false);
});

it.each([
  'leads',
  'kv_store_',
  'kv_store_3cbf86a5?select=*',
  '../auth/v1/user',
  'kv_store_a/../b',
  `kv_store_${'a'.repeat(55)}`,
])('sends no sign-in to a table that the API calls %s', (name) => {
  expect(() => directTableOf({ ...connection, supabase, account: 'ann@example.com' }, name)).toThrow(
    /not one of this product/,
  );
});
