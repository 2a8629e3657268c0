import { KafkaError } from '../../kafka/errors.ts';
import { validateTopicName } from '../../kafka/topic-name.ts';
import { type AssignorName, assignors } from '../assignors/index.ts';
import { type Heartbeat, JOIN_EPOCH, LEAVE_STATIC_EPOCH } from '../types.ts';

const NAME_LENGTH_MAX = 255;
const TOPICS_MAX = 1_000;
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

export const invalid = (message: string): KafkaError => new KafkaError('INVALID_REQUEST', message);

/** What can be told without looking at the group. @throws KafkaError INVALID_REQUEST, UNSUPPORTED_ASSIGNOR, INVALID_TOPIC_EXCEPTION. */
export function checkHeartbeat(heartbeat: Heartbeat): void {
  const { memberId, memberEpoch, instanceId, rackId, clientId } = heartbeat;
  checkName('member_id', memberId);
  for (const [field, name] of Object.entries({
    instance_id: instanceId,
    rack_id: rackId,
    client_id: clientId,
  })) {
    if (name !== undefined) checkName(field, name);
  }
  if (!Number.isSafeInteger(memberEpoch) || memberEpoch < LEAVE_STATIC_EPOCH) {
    throw invalid(`member_epoch is ${memberEpoch}: it has to be a whole number from -2 on.`);
  }
  if (memberEpoch === LEAVE_STATIC_EPOCH && instanceId === undefined) {
    throw invalid('instance_id is missing: only a static member can leave for a while (member_epoch -2).');
  }
  checkTimeout(heartbeat.rebalanceTimeoutMs);
  checkSubscription(heartbeat);
  asAssignor(heartbeat.serverAssignor);
}

function checkName(field: string, name: string): void {
  if (name === '') throw invalid(`${field} is empty.`);
  if (name.length > NAME_LENGTH_MAX || !name.isWellFormed()) {
    throw invalid(`${field} has to be well-formed text of at most ${NAME_LENGTH_MAX} characters.`);
  }
}

function checkTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs === undefined) return;
  if (Number.isSafeInteger(timeoutMs) && timeoutMs > 0 && timeoutMs <= TIMEOUT_MS_MAX) return;
  throw invalid(
    `rebalance_timeout_ms is ${timeoutMs}: it has to be a whole number from 1 to ${TIMEOUT_MS_MAX}.`,
  );
}

function checkSubscription({
  memberEpoch,
  subscribedTopicNames: names,
  subscribedTopicRegex: regex,
  ownedPartitions,
}: Heartbeat): void {
  if (names !== undefined && names.length > TOPICS_MAX) {
    throw invalid(`subscribed_topic_names has ${names.length} topics, above the limit of ${TOPICS_MAX}.`);
  }
  names?.forEach(validateTopicName);
  if (memberEpoch !== JOIN_EPOCH) return;
  if ((names === undefined || names.length === 0) && (regex === undefined || regex === '')) {
    throw invalid(
      'A member that joins has to subscribe: name subscribed_topic_names or subscribed_topic_regex.',
    );
  }
  if (ownedPartitions !== undefined && ownedPartitions.length > 0) {
    throw invalid('topic_partitions must be empty when a member joins: it owns nothing any more.');
  }
}

/** @throws KafkaError UNSUPPORTED_ASSIGNOR. */
export function asAssignor(name: string | undefined): AssignorName | undefined {
  if (name === undefined || Object.hasOwn(assignors, name)) return name as AssignorName | undefined;
  throw new KafkaError(
    'UNSUPPORTED_ASSIGNOR',
    `There is no assignor ${name}: server_assignor has to be one of ${Object.keys(assignors).join(', ')}.`,
  );
}
