/** The code of consumer groups, which is loaded when somebody first needs it. */
export interface GroupCode {
  groups(): Promise<typeof import('../group/consumer-groups.ts')>;
  instances(): Promise<typeof import('../group/instances/consumer-instances.ts')>;
}

export const loadGroups: GroupCode = {
  groups: () => import('../group/consumer-groups.ts'),
  instances: () => import('../group/instances/consumer-instances.ts'),
};
