import { defineConfig } from 'vitest/config';

/** The suites that need nothing of a broker but its URL: `npm run test:api` runs them against any. */
export default defineConfig({
  test: {
    name: 'black-box',
    include: ['test/black-box/**/*.test.ts'],
    globalSetup: ['test/black-box/support/start-broker.ts'],
    // Functions that start cold, and emulators of them, take their time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
