import { loadSimulation } from '../simulation.ts';
import type { Hunted } from './hunt.ts';
import { mutantNamed } from './mutants.ts';
import { switchOn } from './switch-on.ts';

/** Started by `hunt`: prints as JSON what became of the mutant. */
const [name = '', seedsMax = '0'] = process.argv.slice(2);
const mutant = mutantNamed(name);
const check = switchOn(mutant);
const simulation = await loadSimulation(mutant.simulation ?? 'log');
const { runSeeds } = await import('../seeds.ts');
check();
const { seeds, failed } = await runSeeds(simulation, { from: 1, seeds: Number(seedsMax), failuresMax: 1 });
const [first] = failed;
const caught = first && { seed: first.seed, problem: first.problems[0] ?? '' };
process.stdout.write(JSON.stringify({ caught, seeds } satisfies Hunted));
