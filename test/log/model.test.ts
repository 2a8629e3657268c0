import fc from 'fast-check';
import { test } from 'vitest';
import { runs } from '../support/runs.ts';
import { happenings } from './model/happenings.ts';
import { World } from './model/world.ts';
import { withStores } from './test-logs.ts';

const shapes = fc.record({
  partitions: fc.integer({ min: 1, max: 3 }),
  processes: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
});

/** When it fails, fast-check prints seed and path; with both in these options it fails again. */
const REPEAT: fc.Parameters<unknown> = {};

test('whatever happens, nothing acknowledged is lost, nothing refused appears, and nothing stands there twice', async () => {
  await fc.assert(
    fc.asyncProperty(shapes, fc.array(happenings, { maxLength: 40, size: 'max' }), async (shape, story) => {
      // Objects only, items only, or both: by how large an intake is.
      const inlineBytesMax = [0, 400, 100_000][shape.seed % 3] ?? 0;
      await withStores({ metadata: { inlineBytesMax } }, async (stores) => {
        const world = await World.open(stores, shape);
        for (const happening of story) await happening.run(world);
        await world.end();
      });
    }),
    { numRuns: runs(60), ...REPEAT },
  );
});
