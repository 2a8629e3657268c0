import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { Rivulet } from '../../lib/cdk/rivulet.ts';
import type { RivuletProps } from '../../lib/cdk/rivulet-props.ts';

/** The first synthesis of a process loads all of CDK, which takes long on a machine with other work. */
export const SYNTH_MS = 120_000;

/** Bundles nothing: what the functions hold does not matter to a template's shape, and takes seconds. */
const WITHOUT_BUNDLES = { 'aws:cdk:bundling-stacks': [] };

/** An app as `cdk.json` makes it, with the context values that somebody gave. */
export const newApp = (context: Readonly<Record<string, unknown>> = {}): App =>
  new App({ context: { ...cdkJson.context, ...WITHOUT_BUNDLES, ...context }, analyticsReporting: false });

export interface Synthesized {
  readonly app: App;
  readonly stack: Stack;
  readonly rivulet: Rivulet;
  /** Synthesizes at the first look: what is added to the stack has to come before. */
  readonly template: () => Template;
}

/** A log in a stack of its own. */
export function newRivulet(props: RivuletProps = {}): Synthesized {
  const app = newApp();
  const stack = new Stack(app, 'Test');
  const rivulet = new Rivulet(stack, 'Rivulet', props);
  return { app, stack, rivulet, template: () => Template.fromStack(stack) };
}

export const jwt = { issuer: 'https://auth.example.org', audience: 'rivulet' } as const;

/** Every way in which requests come in and say whose they are. */
export const variants: readonly RivuletProps[] = (['http-api', 'web-function'] as const).flatMap((endpoint) =>
  (['iam', 'api-keys', jwt] as const).map((authentication) => ({ endpoint, authentication })),
);

const synthesized = new Map<string, Template>();

/** The template of a log with a topic that goes with its stack; made once for each variant, for it takes a while. */
export function templateOf(props: RivuletProps): Template {
  const key = JSON.stringify(props);
  const known = synthesized.get(key);
  if (known !== undefined) return known;
  const { rivulet, template } = newRivulet(props);
  rivulet.addTopic('orders', { partitions: 3, removalPolicy: RemovalPolicy.DESTROY });
  const made = template();
  synthesized.set(key, made);
  return made;
}

export const namedVariants = variants.map((props) => [variantName(props), props] as const);

function variantName({ endpoint, authentication }: RivuletProps): string {
  return `${endpoint} with ${typeof authentication === 'string' ? authentication : 'jwt'}`;
}
