import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,api,widget,extension,tests}/**/*.test.{ts,tsx}'],
    globalSetup: ['tests/rig/postgres.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Browsers, servers and Postgres run beside the tests: more workers than cores only add noise.
    maxWorkers: 2,
  },
});
