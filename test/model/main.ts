import { configurations } from './configurations/index.ts';
import { explore } from './engine/explore.ts';
import * as subject from './engine/subject.ts';
import { findMutant } from './mutants/find-mutant.ts';
import { mutants } from './mutants/index.ts';
import { loadSubject } from './mutants/load-subject.ts';
import { type Options, readOptions } from './options.ts';
import { type Report, report } from './report.ts';

const print = (text: string): boolean => process.stdout.write(`${text}\n`);

async function* exploreConfigurations({ config, late, quick, states }: Options): AsyncGenerator<Report> {
  for (const configuration of chosen(configurations, config)) {
    const startedMs = performance.now();
    const lateMax = late ?? (quick ? configuration.lateQuickMax : configuration.lateMax);
    const { name, limits } = configuration;
    const code = limits === undefined ? subject : await loadSubject(name, limits);
    const exploration = await explore(code, { ...configuration, lateMax }, { statesMax: states });
    yield report(configuration, { exploration, late: lateMax }, performance.now() - startedMs);
  }
}

async function* exploreMutants({ mutant, config, late, quick, states }: Options): AsyncGenerator<Report> {
  const named = chosen(mutants, mutant === true ? undefined : mutant);
  for (const one of named) {
    if (config !== undefined && one.configuration.name !== config) continue;
    const startedMs = performance.now();
    const { lateMax, lateQuickMax } = one.configuration;
    const most = quick && one.belt !== undefined ? Math.min(1, lateQuickMax) : lateMax; // a belt costs a whole look
    const hunt = await findMutant(one, { statesMax: states, lateMax: late ?? most });
    yield report(one.configuration, hunt, performance.now() - startedMs, one);
  }
}

function chosen<Named extends { readonly name: string }>(
  all: readonly Named[],
  name: string | undefined,
): readonly Named[] {
  const found = all.filter((one) => name === undefined || one.name === name);
  if (found.length === 0) throw new Error(`nothing is called ${name}; --list prints the names`);
  return found;
}

Error.stackTraceLimit = 0; // refusals are errors, there are many of them, and nobody looks where they came from
const options = readOptions(process.argv.slice(2));
if (options.list) {
  for (const { name, about } of configurations) print(`${name.padEnd(32)} ${about}`);
  for (const { name, about } of mutants) print(`  ${name.padEnd(30)} ${about}`);
} else {
  const reports = options.mutant === undefined ? exploreConfigurations(options) : exploreMutants(options);
  for await (const one of reports) {
    print(options.json ? JSON.stringify(one) : one.text);
    if (!one.asExpected) process.exitCode = 1;
  }
}
