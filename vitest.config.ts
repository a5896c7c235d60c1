import { statfsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { PATIENCE_MS } from './tests/rig/patience.ts';
import { hasPostgrest } from './tests/rig/postgrest.ts';

const CONTRACT = 'tests/contract/**/*.test.ts';
const SUPABASE = 'tests/supabase/**/*.test.ts';
/** What `npm run test:quick` runs: what needs no browser, no build of the extension and no server of its own. */
const QUICK = [
  '{shared,api,widget,extension/ui}/**/*.test.{ts,tsx}',
  'tests/architecture.test.ts',
  'tests/sql/**/*.test.ts',
  CONTRACT,
];
/** Of the same folders, what takes longest: together more than all the rest. */
const LONG = [
  'api/embedded/**/*.test.ts',
  'tests/contract/{any-input,bad-transport,every-status,many-leads,schema}.test.ts',
  'tests/sql/migrations/{migration,old-install,released,table}.test.ts',
  'tests/sql/access/direct_read.test.ts',
  'tests/sql/proof/stored_rows.test.ts',
  'tests/sql/records/{locking,records,write_record}.test.ts',
  'tests/sql/sync/{get_sync,receipt_faults,repair_sync,sync_faults,sync_server,sync_under_writers}.test.ts',
];

/** Where no test replaces a module, a worker loads each once and not once a file. */
const together = { isolate: false };

/** Of memory that a run writes to, with some to spare. */
const ROOM_BYTES = 8 * 2 ** 30;
/** Databases and profiles of browsers are thrown away after each test: in memory they cost no disk, and Postgres stays as durable. */
function memoryFolder(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > ROOM_BYTES ? '/dev/shm' : undefined;
  } catch {
    return undefined;
  }
}
const memory = memoryFolder();
if (memory) process.env.TMPDIR ??= memory;

const shared = {
  // The last resort where something hangs: each wait has a limit of its own.
  testTimeout: 10 * PATIENCE_MS,
  hookTimeout: 10 * PATIENCE_MS,
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
          ...together,
          name: 'quick',
          include: QUICK,
          exclude: LONG,
          provide: { driver: 'postgres' },
        },
      },
      {
        test: {
          ...shared,
          name: 'whole',
          include: ['{extension,tests}/**/*.test.{ts,tsx}'],
          exclude: [SUPABASE, ...QUICK],
          provide: { driver: 'postgres' },
        },
      },
      { test: { ...shared, ...together, name: 'long', include: LONG, provide: { driver: 'postgres' } } },
      // The same contract through the other driver, and what only Supabase has. PostgREST has no package for some platforms.
      ...(hasPostgrest()
        ? [
            {
              test: {
                ...shared,
                ...together,
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
