/**
 * Imports go one way: cli, lambda -> api -> group -> log -> cluster -> storage -> kafka.
 * Each folder may import itself and whatever stands to its right.
 */
const layers = ['api', 'group', 'log', 'cluster', 'storage', 'kafka'];

const mayImport = (layer, others) => ({
  name: `${layer}-imports-only-what-lies-below`,
  severity: 'error',
  from: { path: `^lib/${layer}/` },
  to: { path: '^(lib|functions)/', pathNot: `^lib/(${[layer, ...others].join('|')})/` },
});

const oneWay = [
  ...layers.map((layer, depth) => mayImport(layer, layers.slice(depth))),
  mayImport('cli', layers),
  mayImport('lambda', layers),
  // It names the functions' entry files, and imports none of what runs in them.
  mayImport('cdk', []),
];

export default {
  forbidden: [
    ...oneWay,
    {
      name: 'functions-only-wire',
      comment: 'An entry names routes and what serves them; everything else has a home in lib.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { pathNot: '^lib/(lambda|api)/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'aws-only-in-storage',
      comment: 'Everything above the stores runs the same on a laptop.',
      severity: 'error',
      from: { path: '^(lib|functions)/', pathNot: '^lib/storage/' },
      to: { path: 'node_modules/@aws-sdk' },
    },
    {
      name: 'lib-does-not-import-tests',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(test|bench|examples|scripts)/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^node:' },
    },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: '^lib/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
