import assert from 'node:assert/strict';
import { describe, expect, inject, test } from 'vitest';
import { decodeTopic } from '../../../lib/cluster/topic-item.ts';
import { openDynamoDBMetadataStore } from '../../../lib/storage/dynamodb/dynamodb-metadata-store.ts';
import { topicKey } from '../../../lib/storage/keys.ts';
import { openS3ObjectStore } from '../../../lib/storage/s3/s3-object-store.ts';
import { drawClients } from '../../functions/clients/draw-clients.ts';
import { HttpWorld } from '../../functions/clients/http-world.ts';
import { withoutPadding } from '../../functions/clients/large-values.ts';
import { Chaos } from '../../functions/runtime/chaos.ts';
import { Deployment } from '../../functions/runtime/deployment.ts';
import type { LambdaFunction } from '../../functions/runtime/lambda-function.ts';
import { checkInvariants } from '../../log/check-invariants.ts';
import { appendLast, readToEnd } from '../../simulation/actors/epilogue.ts';
import { performClient } from '../../simulation/actors/perform.ts';
import { checkHistory } from '../../simulation/history/check-history.ts';
import type { FinalLog, History } from '../../simulation/history/history.ts';
import { Chance } from '../../simulation/world/chance.ts';
import { temporaryFolder } from '../../storage/temporary-folder.ts';
import { createTopic, newProducer } from '../../support/http.ts';
import { pickSeed } from '../../support/random.ts';
import { dynamodb, newBucket, newTable, s3 } from '../endpoints.ts';

const TOPIC = 't';
const PARTITIONS = 2;
/** How long a client waits: less than a process may be stopped, so that those that were given up go on later. */
const IMPATIENT_MS = 3_000;
const PATIENT_MS = 30_000;
const FUNCTION_TIMEOUT_MS = 10_000;
const STOPPED_MS_MAX = 5_000;
const ENVIRONMENTS_MAX = 8;
const WITHIN_MS = 240_000;

/** The stores as they are, without the functions. */
function openStores(table: string, bucket: string) {
  const metadata = openDynamoDBMetadataStore({ ...dynamodb, table });
  const objects = openS3ObjectStore({ ...s3, bucket });
  const close = async () => {
    await metadata.close();
    await objects.close();
  };
  return { metadata, objects, [Symbol.asyncDispose]: close };
}

describe.skipIf(dynamodb.endpoint === undefined || s3 === undefined)(
  'functions under the Lambda runtime',
  () => {
    test('lose, double and move nothing, whichever process is killed or stopped at whichever request', {
      timeout: WITHIN_MS,
    }, async () => {
      const { native, http } = inject('runtimes');
      const seed = pickSeed();
      const chaos = new Chaos({ seed, stoppedMsMax: STOPPED_MS_MAX });
      using folder = temporaryFolder();
      await using testTable = disposable(await newTable());
      await using testBucket = disposable(await newBucket(s3 ?? {}));
      const [{ table }, { bucket }] = [testTable, testBucket];
      await using deployment = await Deployment.open({
        runtime: native ?? http,
        folder: folder.path,
        endpoint: dynamodb.endpoint ?? '',
        table,
        bucket,
        chaos,
        gatewayTimeoutMs: () => (chaos.isUnderWay ? IMPATIENT_MS : PATIENT_MS),
        functionTimeoutMs: FUNCTION_TIMEOUT_MS,
        environmentsMax: ENVIRONMENTS_MAX,
      });
      const { url, functions } = deployment;
      await using stores = openStores(table, bucket);
      await createTopic(url, TOPIC, PARTITIONS);
      const topic = await stores.metadata.get(topicKey(TOPIC));
      assert(topic !== undefined, 'there is no topic');
      const world = new HttpWorld({ url, topic: TOPIC, topicId: decodeTopic(topic).id });
      const producerIds = [await newProducer(url), await newProducer(url)].map(
        ({ producerId }) => producerId,
      );

      const clients = drawClients(new Chance(seed), {
        partitions: PARTITIONS,
        producerIds,
        answerWithinMs: PATIENT_MS,
      });
      await chaos.during(Promise.all(clients.map((client) => performClient(world, client))));
      await deployment.settled();
      world.isHealed = true;
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        await appendLast(world, partition, 0);
        await readToEnd(world, partition, 0);
      }

      const logs: FinalLog[] = [];
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        const { head, records, problems } = await checkInvariants(stores, world.partition(partition));
        world.problems.push(...problems);
        logs.push({ partition, start: head.start, next: head.next, records });
      }
      const history = world.recorder.history(logs);
      console.info(tally(history, chaos, functions));
      const found = [...world.problems, ...checkHistory(history, { isMild: false })];
      expect(found.map(withoutPadding)).toEqual([]);
    });
  },
);

const disposable = <Made extends { remove(): Promise<void> }>(made: Made) => ({
  ...made,
  [Symbol.asyncDispose]: () => made.remove(),
});

/** How much there was to go wrong. */
function tally({ writes, polls }: History, { counts }: Chaos, functions: readonly LambdaFunction[]): string {
  const acknowledged = writes.filter(({ outcome }) => outcome.kind === 'ok').length;
  const unknown = writes.filter(({ outcome }) => outcome.kind === 'unknown').length;
  const invocations = functions.reduce((sum, each) => sum + each.invocations, 0);
  const coldStarts = functions.reduce((sum, each) => sum + each.coldStarts, 0);
  return `${invocations} invocations, ${coldStarts} cold starts, ${counts.killed} killed, ${counts.stopped} stopped; ${writes.length} writes, ${acknowledged} acknowledged, ${unknown} unknown; ${polls.length} polls`;
}
