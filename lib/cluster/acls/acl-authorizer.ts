import type { AclStore } from './acl-store.ts';
import type { Action, Authorizer } from './authorizer.ts';
import { decide, decideByType, indexRules, type RuleIndex } from './rule-index.ts';

/** How old the rules may be that a decision goes by, counted from before they were read. */
export const RULES_CACHED_MS_MAX = 5_000;

export interface AclAuthorizerOptions {
  readonly acls: Pick<AclStore, 'list' | 'revision'>;
  /** Principals that may do everything, whatever the rules say (Kafka's `super.users`). */
  readonly superUsers: readonly string[];
  /** A monotonic clock, in milliseconds. */
  readonly monotonicMs: () => number;
  /**
   * Milliseconds since 1970. A host that freezes the process between requests may stop the monotonic clock with it; so rules
   * count as old when either clock says so. @default Date.now
   */
  readonly nowMs?: () => number;
}

interface Look {
  readonly beganMs: number;
  readonly begunAtMs: number;
  readonly revision: number;
  readonly rules: Promise<RuleIndex>;
}

/**
 * Decides by the rules of a cluster, which are read once for all who ask within {@link RULES_CACHED_MS_MAX}; so long takes
 * it until a change is obeyed everywhere. A change made through the same store is obeyed by the next request. Where the
 * rules cannot be read, and those that were read before are too old, nothing is allowed but to super users.
 */
export function aclAuthorizer(options: AclAuthorizerOptions): Authorizer {
  const { acls, superUsers, monotonicMs, nowMs = Date.now } = options;
  const mayAll = new Set(superUsers);
  let last: Look | undefined;

  const isFresh = ({ beganMs, begunAtMs, revision }: Look): boolean => {
    const sinceMs = nowMs() - begunAtMs;
    const isRecent = sinceMs >= 0 && sinceMs < RULES_CACHED_MS_MAX;
    return revision === acls.revision && isRecent && monotonicMs() - beganMs < RULES_CACHED_MS_MAX;
  };

  const currentRules = (): Promise<RuleIndex> => {
    if (last !== undefined && isFresh(last)) return last.rules;
    const look: Look = {
      beganMs: monotonicMs(),
      begunAtMs: nowMs(),
      revision: acls.revision,
      rules: acls.list({}).then(indexRules),
    };
    last = look;
    // Those who wait for it hear of it; who comes later looks again.
    look.rules.catch(() => {
      if (last === look) last = undefined;
    });
    return look.rules;
  };

  return {
    async authorize(principal, actions: readonly Action[]) {
      if (mayAll.has(principal) || actions.length === 0) return actions.map(() => true);
      const rules = await currentRules();
      return actions.map((action) => decide(rules, principal, action));
    },

    async authorizeByResourceType(principal, operation, resourceType) {
      if (mayAll.has(principal)) return true;
      return decideByType(await currentRules(), principal, operation, resourceType);
    },
  };
}
