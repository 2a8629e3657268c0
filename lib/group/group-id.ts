import { KafkaError } from '../kafka/errors.ts';

const GROUP_ID_LENGTH_MAX = 255;

/** @throws KafkaError INVALID_GROUP_ID. */
export function checkGroupId(groupId: string): void {
  if (groupId !== '' && groupId.length <= GROUP_ID_LENGTH_MAX && groupId.isWellFormed()) return;
  throw new KafkaError(
    'INVALID_GROUP_ID',
    `A group's name has to be well-formed text of 1 to ${GROUP_ID_LENGTH_MAX} characters.`,
  );
}
