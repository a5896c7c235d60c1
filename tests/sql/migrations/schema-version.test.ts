import { expect, it } from 'vitest';
import { SCHEMA_VERSION } from '../../../api/database/database.ts';
import { createTestDatabase } from '../../rig/database.ts';

it('the API asks for the schema version that the migration writes', async () => {
  const database = await createTestDatabase();
  try {
    const [row] = await database.sql("select value -> 'version' as version from crm.settings where name = 'schema'");
    expect(row).toEqual({ version: SCHEMA_VERSION });
  } finally {
    await database.drop();
  }
});
