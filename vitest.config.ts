import { defineConfig } from 'vitest/config';
import { PATIENCE_MS } from './tests/rig/patience.ts';
import { hasPostgrest } from './tests/rig/postgrest.ts';

const CONTRACT = 'tests/contract/**/*.test.ts';
const SUPABASE = 'tests/supabase/**/*.test.ts';
/** What starts browsers, whole products or Postgres servers of its own, reads what a build makes, or goes on for minutes. */
const SLOW = [
  'tests/{e2e,faults,extension,proof}/**/*.test.ts',
  'tests/auth/{start,admin-command}.test.ts',
  'tests/rig/extension.test.ts',
  'tests/built-files.test.ts',
  'tests/contract/{many-leads,any-input}.test.ts',
  'tests/sql/**/{records,receipt_faults,sync_under_writers}.test.ts',
  'api/embedded/**/*.test.ts',
  'extension/proof/check/sync-writers.test.ts',
];

const shared = {
  // The last resort of a test that hangs. Each of its waits has a limit of its own.
  testTimeout: 10 * PATIENCE_MS,
  hookTimeout: 2 * PATIENCE_MS,
  expect: { poll: { timeout: PATIENCE_MS } },
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
          exclude: [SUPABASE, ...SLOW],
          provide: { driver: 'postgres' },
        },
      },
      { test: { ...shared, name: 'slow', include: SLOW, provide: { driver: 'postgres' } } },
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
