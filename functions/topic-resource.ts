import { createTopicResourceHandler } from '../lib/lambda/topic-resource/handler.ts';

/** Answers CloudFormation: makes and alters the topics of a stack. */
export const handler = createTopicResourceHandler({ environment: process.env });
