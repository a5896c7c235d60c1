import { defineConfig } from 'vitest/config';
import { hasPostgrest } from './tests/rig/postgrest.ts';

const CONTRACT = 'tests/contract/**/*.test.ts';
const SUPABASE = 'tests/supabase/**/*.test.ts';

const shared = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 10_000 } },
};

export default defineConfig({
  test: {
    globalSetup: ['tests/rig/postgres.ts'],
    // Browsers, servers and Postgres run beside the tests: more workers than cores only add noise.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'postgres',
          include: ['{shared,api,widget,extension,tests}/**/*.test.{ts,tsx}'],
          exclude: [SUPABASE],
          provide: { driver: 'postgres' },
        },
      },
      // The same contract through the other driver, and what only Supabase has. PostgREST has no package for some platforms.
      ...(hasPostgrest()
        ? [
            {
              test: {
                ...shared,
                name: 'supabase',
                include: [CONTRACT, SUPABASE],
                provide: { driver: 'supabase' as const },
              },
            },
          ]
        : []),
    ],
  },
});
