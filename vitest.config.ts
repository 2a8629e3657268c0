import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'rivulet',
          include: ['test/**/*.test.ts'],
          exclude: ['test/aws/**/*.aws.test.ts', 'test/black-box/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          pool: 'forks',
        },
      },
      './vitest.black-box.config.ts',
    ],
  },
});
