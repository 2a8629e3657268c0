import type { SeatAct, SeatActor, TopicSubscription } from '../story/group-story.ts';
import type { GroupWorld } from '../world/group-world.ts';
import { GroupMember } from './group-member.ts';

/** One member after the other, each under a member id of its own. */
export async function seat(world: GroupWorld, actor: SeatActor): Promise<void> {
  const instance = new Seat(world, actor);
  for (const act of actor.acts) {
    await world.until(act.atMs);
    await instance.perform(act);
  }
}

class Seat {
  readonly #world: GroupWorld;
  readonly #actor: SeatActor;
  #lives = 0;
  #member: GroupMember | undefined;

  constructor(world: GroupWorld, actor: SeatActor) {
    this.#world = world;
    this.#actor = actor;
  }

  async perform(act: SeatAct): Promise<void> {
    const member = this.#member?.isRunning ? this.#member : undefined;
    switch (act.act) {
      case 'join':
        if (member === undefined) this.#begin(act.subscription);
        return;
      case 'subscribe':
        return member?.process.deliver(() => member.subscribe(act.subscription));
      case 'leave':
        return this.#leave(member, false);
      case 'restart':
        await this.#leave(member, this.#actor.instanceId !== undefined);
        await this.#world.scheduler.sleep(act.afterMs);
        return this.#begin(this.#member?.subscription);
      case 'freeze':
        return member?.process.freeze(act.ms);
      case 'be replaced':
        if (member === undefined) return;
        member.isReplaced = true;
        member.process.freeze(act.thawsAfterMs);
        return this.#begin(member.subscription);
      case 'crash':
        return member?.process.crash();
    }
  }

  #begin(subscription: TopicSubscription | undefined): void {
    if (subscription === undefined) return;
    this.#lives += 1;
    this.#member = new GroupMember(
      this.#world,
      `${this.#actor.name}.${this.#lives}`,
      this.#actor,
      subscription,
    );
    this.#member.start();
  }

  /** In the member's own process: when that is frozen it leaves later, and nobody waits for it. */
  async #leave(member: GroupMember | undefined, isForAWhile: boolean): Promise<void> {
    if (member === undefined) return;
    member.process.deliver(() => void member.leave(isForAWhile));
    await Promise.race([member.ended(), this.#world.scheduler.sleep(this.#world.story.timing.sessionMs)]);
    member.isReplaced = true;
  }
}
