import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Rivulet } from './rivulet.ts';
import type { RivuletProps } from './rivulet-props.ts';
import type { TopicOptions } from './topic.ts';

export interface RivuletStackProps extends StackProps, RivuletProps {
  /**
   * Topics by their names, which are made and altered when the stack is deployed.
   *
   * @default none: produce requests make them, where `auto.create.topics.enable` says so
   */
  readonly topics?: Readonly<Record<string, TopicOptions>>;
}

/** One {@link Rivulet} in a stack of its own. */
export class RivuletStack extends Stack {
  readonly rivulet: Rivulet;

  constructor(scope: Construct, id: string, props: RivuletStackProps = {}) {
    super(scope, id, props);
    this.rivulet = new Rivulet(this, 'Rivulet', props);
    for (const [name, options] of Object.entries(props.topics ?? {})) this.rivulet.addTopic(name, options);
    const { url, table, bucket } = this.rivulet;
    new CfnOutput(this, 'Url', { value: url, description: 'Where clients reach the API' });
    new CfnOutput(this, 'Region', { value: this.region, description: 'What requests are signed for' });
    new CfnOutput(this, 'TableName', {
      value: table.tableName,
      description: 'For rivulet keys and rivulet acls: --table',
    });
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName, description: 'Where the records are' });
  }
}
