import { z } from 'zod';

/** CloudFormation hands every value of a resource on as text. */
const propertiesSchema = z.object({
  TopicName: z.string().min(1),
  Partitions: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .optional(),
  Configs: z.record(z.string(), z.string()).optional(),
  /** Whether the topic goes when its resource does. */
  DeletesTopic: z.enum(['true', 'false']).transform((text) => text === 'true'),
});

/** What every request says, whatever else is wrong with it: what it takes to answer. */
const envelopeSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  /** Whoever has it can answer in our place: it is never logged. */
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.unknown(),
});

/** A request of CloudFormation ("Custom resource request objects"), its properties not looked at yet. */
export type TopicRequest = z.output<typeof envelopeSchema>;

export type TopicProperties = z.output<typeof propertiesSchema>;

/** @throws ZodError: nobody can be answered. */
export const parseRequest = (event: unknown): TopicRequest => envelopeSchema.parse(event);

/** @throws ZodError */
export const parseProperties = (request: TopicRequest): TopicProperties =>
  propertiesSchema.parse(request.ResourceProperties);
