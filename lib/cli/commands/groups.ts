import { AnsweredError } from '../answered-error.ts';
import { CliError } from '../cli-error.ts';
import { type Connection, connect } from '../connect.ts';
import { headline, lagTable, memberTable, totalLag } from '../groups/describe-group.ts';
import { deleteGroup, readGroup, readGroups, readLags } from '../groups/groups-api.ts';
import { table } from '../text.ts';

export interface GroupsOptions extends Connection {
  readonly json?: boolean;
}

export async function listGroups(options: GroupsOptions): Promise<void> {
  const groups = await readGroups(connect(options));
  if (options.json) return printJson(groups);
  if (groups.length === 0) return;
  const rows = groups.map(({ group_id, state, member_count }) => [group_id, state, member_count]);
  process.stdout.write(table([['GROUP', 'STATE', 'MEMBERS'], ...rows]));
}

export async function describeOneGroup(
  group: string,
  options: GroupsOptions & { readonly members?: boolean },
): Promise<void> {
  const { json, members } = options;
  const client = connect(options);
  const description = await readGroup(client, group);
  if (members) {
    if (json) return printJson(description);
    process.stdout.write(`${headline(description)}\n${memberTable(description)}`.trimEnd().concat('\n'));
    return;
  }
  const lags = await readLags(client, group);
  if (json) return printJson({ ...description, lags, total_lag: totalLag(lags) });
  process.stdout.write(`${headline(description)}\n${lagTable(lags)}`);
}

/** Deletes those that can be, and tells of the others at the end. */
export async function deleteGroups(groups: readonly string[], options: GroupsOptions): Promise<void> {
  const { json } = options;
  const client = connect(options);
  const deleted: string[] = [];
  const refused: string[] = [];
  for (const group of groups) {
    try {
      await deleteGroup(client, group);
      deleted.push(group);
      if (!json) process.stdout.write(`deleted ${group}\n`);
    } catch (error) {
      if (!(error instanceof AnsweredError)) throw error;
      refused.push(`cannot delete ${group}: ${error.message}`);
    }
  }
  if (json) printJson({ deleted });
  if (refused.length > 0) throw new CliError(refused.join('\nrivulet: '));
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
