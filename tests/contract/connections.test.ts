import { expect, inject, it } from 'vitest';
import { startApi } from '../rig/api.ts';

// PostgREST keeps connections of its own.
it.runIf(inject('driver') === 'postgres')(
  'a refusal keeps the connection to Postgres, since opening another costs more than answering',
  async () => {
    const api = await startApi();
    try {
      const backends = () =>
        api.sql<{ pid: number }>(
          "select pid from pg_stat_activity where application_name = 'vision-studio-crm' and datname = current_database()",
        );
      await api.request('GET', '/health');
      const before = await backends();
      expect(before).toHaveLength(1);
      for (let i = 0; i < 5; i++) expect((await api.request('GET', '/leads/lead_1_a')).status).toBe(404);
      expect(await backends()).toEqual(before);
    } finally {
      await api.close();
    }
  },
);
