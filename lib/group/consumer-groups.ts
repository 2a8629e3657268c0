import type { Authorizer } from '../cluster/acls/authorizer.ts';
import type { BrokerConfig } from '../cluster/broker-config.ts';
import { queryAll } from '../cluster/query-all.ts';
import type { TopicRegistry } from '../cluster/types.ts';
import { KafkaError } from '../kafka/errors.ts';
import { asEpoch, asOffset } from '../kafka/types.ts';
import { type Runtime, systemRuntime } from '../log/runtime.ts';
import type { PartitionLogs } from '../log/types.ts';
import { forEachBounded } from '../storage/for-each-bounded.ts';
import { GROUPS_PK } from '../storage/keys.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';
import { AcceptedWork } from './accepted-work.ts';
import type { Commit } from './codec/committed-offset.ts';
import { Coordinator } from './coordinator/coordinator.ts';
import { GroupStore } from './coordinator/group-store.ts';
import { deleteGroup, finishDeletion, forgetDeletion } from './delete-group.ts';
import { describeGroup, listGroup } from './describe.ts';
import { checkGroupId } from './group-id.ts';
import { decodeListing } from './listing.ts';
import { checkOffsets, checkPartitions } from './offsets/check-offsets.ts';
import { commitAsMember } from './offsets/commit-as-member.ts';
import { fetchAsMember, readAllOffsets, readOffsets } from './offsets/fetch-offsets.ts';
import { lagsOf } from './offsets/lag.ts';
import { moveOffsets } from './offsets/move-offsets.ts';
import { OffsetStore } from './offsets/offset-store.ts';
import { speakingMember } from './offsets/owner.ts';
import { resetOffsets } from './offsets/reset.ts';
import { resolvePartitions } from './offsets/resolve.ts';
import { readCurrent } from './read-current.ts';
import { newToken } from './token.ts';
import type { ConsumerGroups, GroupListing, OffsetToCommit } from './types.ts';

export interface ConsumerGroupsOptions {
  readonly metadata: MetadataStore;
  readonly topics: TopicRegistry;
  readonly logs: PartitionLogs;
  readonly config: BrokerConfig;
  readonly runtime?: Runtime;
  /** Decides which topics members may subscribe to by pattern. @default all, and whose a pattern is is not kept */
  readonly authorizer?: Authorizer | undefined;
}

const LOOKS_IN_FLIGHT_MAX = 8;
const MINUTE_MS = 60_000;

/** The consumer groups in a metadata store. */
export function openConsumerGroups(options: ConsumerGroupsOptions): ConsumerGroups {
  const { metadata, topics, logs, config, runtime = systemRuntime, authorizer } = options;
  const groups = new GroupStore(metadata, runtime);
  const offsets = new OffsetStore(metadata, runtime);
  const retentionMs = config['offsets.retention.minutes'] * MINUTE_MS;
  const deps = { metadata, topics, logs, runtime, groups, offsets, retentionMs };
  const limits = {
    heartbeatIntervalMs: config['group.consumer.heartbeat.interval.ms'],
    sessionTimeoutMs: config['group.consumer.session.timeout.ms'],
    membersMax: config['group.consumer.max.size'],
  };
  const current = (groupId: string) => readCurrent(deps, groupId);
  const coordinator = new Coordinator({
    store: groups,
    topics,
    runtime,
    limits,
    authorizer,
    readCurrent: current,
  });
  const work = new AcceptedWork();

  const makeCommit = ({
    offset,
    leaderEpoch,
    metadata: text = '',
  }: OffsetToCommit): Omit<Commit, 'epoch'> => ({
    id: newToken(runtime),
    offset: asOffset(offset),
    leaderEpoch: leaderEpoch === undefined ? undefined : asEpoch(leaderEpoch),
    metadata: text,
    committedMs: runtime.nowMs(),
  });
  const inGroup = <Result>(groupId: string, perform: () => Promise<Result>): Promise<Result> =>
    work.accept(async () => {
      checkGroupId(groupId);
      return perform();
    });
  const existing = async (groupId: string) => {
    await coordinator.look(groupId);
    const stored = await current(groupId);
    if (stored === undefined) throw new KafkaError('GROUP_ID_NOT_FOUND', `There is no group ${groupId}.`);
    return stored;
  };

  return {
    heartbeat: (groupId, { principal, ...rest }) =>
      inGroup(groupId, () =>
        coordinator.heartbeat(groupId, authorizer === undefined ? rest : { ...rest, principal }),
      ),

    commitOffsets: (groupId, member, toCommit) =>
      inGroup(groupId, async () => {
        checkOffsets(toCommit, config['offset.metadata.max.bytes']);
        if (member !== undefined) return commitAsMember(deps, groupId, member, toCommit, makeCommit);
        const resolved = await resolvePartitions(topics, toCommit);
        const moves = resolved.map((partition) => ({ partition, commit: makeCommit(partition) }));
        // What is over does not come back with the group, and members that are dead bar nobody.
        if ((await current(groupId))?.group.members.size) await coordinator.look(groupId);
        return moveOffsets(deps, groupId, moves, hasMembers);
      }),

    fetchOffsets: (groupId, member, partitions) =>
      inGroup(groupId, async () => {
        if (partitions !== undefined) checkPartitions(partitions);
        if (member !== undefined && partitions !== undefined) {
          return fetchAsMember(deps, groupId, member, partitions);
        }
        const stored = await current(groupId);
        if (member !== undefined) speakingMember(stored?.group, member);
        if (partitions !== undefined) return readOffsets(deps, groupId, stored, partitions);
        return (await readAllOffsets(deps, groupId, stored)).map(({ key, ...committed }) => committed);
      }),

    list: () =>
      work.accept(async () => {
        const listings: (GroupListing | undefined)[] = [];
        const found = (await Array.fromAsync(queryAll(metadata, { pk: GROUPS_PK }))).map(decodeListing);
        await forEachBounded(found.entries(), LOOKS_IN_FLIGHT_MAX, async ([index, listing]) => {
          const { groupId, deletedMs } = listing;
          if (deletedMs !== undefined) return forgetDeletion(deps, listing);
          if ((await current(groupId))?.group.members.size) await coordinator.look(groupId);
          const stored = await current(groupId);
          if (stored === undefined) await finishDeletion(deps, groupId);
          else listings[index] = listGroup(groupId, stored.group);
        });
        return listings.filter((listing) => listing !== undefined);
      }),

    describe: (groupId) =>
      inGroup(groupId, async () => describeGroup(groupId, (await existing(groupId)).group)),

    lags: (groupId) => inGroup(groupId, async () => lagsOf(deps, groupId, await existing(groupId))),

    delete: (groupId) =>
      inGroup(groupId, async () => {
        await coordinator.look(groupId);
        return deleteGroup(deps, groupId);
      }),

    resetOffsets: (groupId, reset) =>
      inGroup(groupId, async () => {
        await coordinator.look(groupId);
        return resetOffsets(deps, groupId, reset, makeCommit);
      }),

    idle: async () => {
      await work.idle();
      await coordinator.idle();
    },
    close: async () => {
      await work.close();
      await coordinator.idle();
    },
  };
}

const hasMembers = (): KafkaError =>
  new KafkaError(
    'UNKNOWN_MEMBER_ID',
    'The group has members, so who commits has to be one of them: name member_id and member_epoch.',
  );
