import { App } from 'aws-cdk-lib';
import { propsFromContext } from './app-context.ts';
import { DEFAULT_NAME } from './function-environment.ts';
import { RivuletStack } from './rivulet-stack.ts';

/** `npx cdk deploy` runs this: one stack, named as the log is. */
const app = new App();
const props = propsFromContext(app.node);
new RivuletStack(app, 'Rivulet', { stackName: props.name ?? DEFAULT_NAME, ...props });
