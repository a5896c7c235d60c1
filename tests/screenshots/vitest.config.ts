import { defineConfig } from 'vitest/config';

/** `npm run screenshots`: the rig of the tests, but pictures instead of assertions. */
export default defineConfig({
  test: {
    include: ['tests/screenshots/*.shots.ts'],
    globalSetup: ['tests/rig/postgres.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
