import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import type { AssetOptions } from 'aws-cdk-lib/aws-s3-assets';
import type * as Esbuild from 'esbuild';

/** The file of a bundle that Node runs first. */
export const BUNDLE_FILE = 'index.mjs';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where the published package keeps what its build has bundled. */
const PREBUILT = here('./functions');
/** The entries in a checkout. */
const ENTRIES = here('../../functions');

/** Modules in CommonJS that came into a bundle ask for Node's own by `require`, which an ES module has not got; it stands in each file. */
const BANNER = "const require=process.getBuiltinModule('module').createRequire(import.meta.url);";

/**
 * What few functions load, from its build in CommonJS: that has its parts for itself. Those of the other build are the
 * logger's too, and every start would read what only the tracer wants of them.
 */
const TRACER = '@aws-lambda-powertools/tracer';

/**
 * How an entry in `functions/` becomes what is deployed: everything is in it, the SDK too, so that what runs is what was
 * tested. What a process may never need (`import()`) lies in files beside the first one. A map of the source would be
 * unpacked at every cold start, so there is none.
 *
 * @param outdir a folder of its own.
 */
export function bundleOptions(
  entry: string,
  outdir: string,
): Esbuild.BuildOptions & { readonly write: true } {
  return {
    entryPoints: [{ in: entry, out: 'index' }],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    alias: { [TRACER]: createRequire(import.meta.url).resolve(TRACER) },
    legalComments: 'none',
    logLevel: 'warning',
    write: true,
  };
}

/** A folder, and what makes of it what is deployed. */
export interface FunctionCode {
  readonly path: string;
  readonly options: AssetOptions;
}

/**
 * The code of one of the functions: as the package brought it, or from a checkout, bundled by the esbuild that stands
 * there. Neither Docker nor a network is needed, and the same sources give the same hash.
 *
 * @param name an entry in `functions/`, without its ending.
 */
export function functionCode(name: string): FunctionCode {
  const prebuilt = join(PREBUILT, name);
  if (existsSync(join(prebuilt, BUNDLE_FILE))) return { path: prebuilt, options: {} };
  const entry = join(ENTRIES, `${name}.ts`);
  if (!existsSync(entry))
    throw new Error(`There is no function ${name}: neither ${prebuilt} nor ${entry} exists.`);
  return {
    path: ENTRIES,
    options: {
      assetHashType: AssetHashType.OUTPUT,
      bundling: {
        // CDK wants one named; what `local` has done is not done again in it.
        image: DockerImage.fromRegistry('none'),
        // Nor is this run: it tells CDK, which remembers what it has bundled, one function from another.
        command: [name],
        local: {
          tryBundle(outputFolder: string): boolean {
            const esbuild = createRequire(import.meta.url)('esbuild') as typeof Esbuild;
            esbuild.buildSync(bundleOptions(entry, outputFolder));
            return true;
          },
        },
      },
    },
  };
}
