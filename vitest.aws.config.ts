import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 60_000, hookTimeout: 180_000, pool: 'forks' as const };

/** The suites that need DynamoDB and S3, or something that speaks as they do: `npm run test:aws` runs them. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'stores',
          include: ['test/aws/**/*.aws.test.ts'],
          exclude: ['test/aws/functions/**'],
        },
      },
      {
        test: {
          ...shared,
          name: 'functions',
          globalSetup: ['test/aws/functions/runtime.ts'],
          include: ['test/aws/functions/**/*.aws.test.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'log',
          setupFiles: ['test/aws/log-stores.ts'],
          include: ['test/log/**/*.test.ts', 'test/group/**/*.test.ts'],
          exclude: [
            // These touch no store, or are about the tests' own checker.
            'test/log/check-invariants.test.ts',
            'test/log/codec/**',
            'test/log/append/{decide-batch,decide-refusal,plan-append}.test.ts',
            'test/log/{object-ids,retry,runtime}.test.ts',
            'test/group/{assignors,codec,membership}/**',
            'test/group/topic-pattern.test.ts',
            // Hundreds of processes at once are too many for an emulator.
            'test/log/{crowded-rolls,head-size}.test.ts',
            // These know more of their store than the contract says: its files, and that it answers at once.
            'test/log/fetch/read-slices.test.ts',
            'test/log/commits.test.ts',
          ],
        },
      },
    ],
  },
});
