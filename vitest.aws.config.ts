import { defineConfig } from 'vitest/config';

/** The suites that need DynamoDB and S3, or something that speaks as they do: `npm run test:aws` runs them. */
export default defineConfig({
  test: {
    include: ['test/aws/**/*.aws.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
