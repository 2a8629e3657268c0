import type { Actor } from '../story/story.ts';
import type { ClientWorld } from '../world/client-world.ts';
import { idempotentProducer } from './idempotent-producer.ts';
import { keyedProducer } from './keyed-producer.ts';
import { plainProducer } from './plain-producer.ts';
import { reader } from './reader.ts';

/** Somebody who is a client, and nothing else. */
export type ClientActor = Exclude<Actor, { readonly kind: 'operator' }>;

/** Does what an actor does, to the end. */
export function performClient(world: ClientWorld, actor: ClientActor): Promise<void> {
  switch (actor.kind) {
    case 'plain producer':
      return plainProducer(world, actor.name, actor.acts);
    case 'idempotent producer':
      return idempotentProducer(world, actor.name, actor.producerId, actor.acts);
    case 'keyed producer':
      return keyedProducer(world, actor.name, actor.acts);
    case 'reader':
      return reader(world, actor.name, actor.partition, actor.acts);
  }
}
