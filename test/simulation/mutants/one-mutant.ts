import type { Hunted } from './hunt.ts';
import { mutantNamed } from './mutants.ts';
import { switchOn } from './switch-on.ts';

/** Started by `hunt`: prints as JSON what became of the mutant. */
const [name = '', seedsMax = '0'] = process.argv.slice(2);
const check = switchOn(mutantNamed(name));
const { runSeeds } = await import('../seeds.ts');
check();
const { seeds, failed } = await runSeeds({ from: 1, seeds: Number(seedsMax), failuresMax: 1 });
const [first] = failed;
const caught = first && { seed: first.seed, problem: first.problems[0] ?? '' };
process.stdout.write(JSON.stringify({ caught, seeds } satisfies Hunted));
