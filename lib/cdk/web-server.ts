import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  WebFunction,
  WebFunctionAuthType,
  WebFunctionCode,
  WebFunctionRuntime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Authentication } from './authentication.ts';
import { BrokerRole } from './broker-role.ts';
import type { DataStores } from './data-stores.ts';
import { BUNDLE_FILE, functionCode } from './function-code.ts';
import type { Permissions } from './permissions.ts';

export interface WebServerProps {
  readonly environment: Readonly<Record<string, string>>;
  readonly stores: DataStores;
  readonly permissions: Permissions;
  readonly authentication: Authentication;
  /** Requests a second. */
  readonly rateLimit?: number | undefined;
  readonly logRetention: RetentionDays;
}

/** Requests that one environment serves at a time: most of them wait for records, or for a store. */
const CONCURRENCY_MAX = 128;
/** The longest wait of a fetch, and then some for the answer. */
const TIMEOUT_SECONDS = 60;

/** A Lambda Web Function: one HTTP server that serves everything, with a URL of its own. */
export class WebServer extends Construct {
  readonly function: WebFunction;
  readonly logGroup: LogGroup;
  readonly role: BrokerRole;

  constructor(scope: Construct, id: string, props: WebServerProps) {
    super(scope, id);
    const { authentication, rateLimit } = props;
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new BrokerRole(this, 'Role', {
      description: 'Rivulet: serves everything',
      stores: props.stores,
      permissions: props.permissions,
      logGroup: this.logGroup,
    });
    const { path, options } = functionCode('serve');
    const copyLogs = new LogGroup(this, 'CopyLogs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new WebFunction(this, 'Function', {
      revisionDescription: 'Rivulet: serves everything',
      code: WebFunctionCode.fromAssetToManagedBucket(path, {
        ...options,
        copyOptions: { logGroup: copyLogs },
      }),
      runtime: WebFunctionRuntime.NODEJS_24_X,
      entryPoint: BUNDLE_FILE,
      role: this.role,
      logGroup: this.logGroup,
      timeout: Duration.seconds(TIMEOUT_SECONDS),
      maxConcurrencyPerEnvironment: CONCURRENCY_MAX,
      environment: { ...props.environment, ...tokenEnvironment(authentication) },
      // With API keys and JWT the server itself refuses who does not say who they are.
      defaultEndpointAuth:
        authentication === 'iam' ? WebFunctionAuthType.IAM_AUTH : WebFunctionAuthType.APPLICATION_MANAGED,
      defaultEndpoint: { ...(rateLimit !== undefined && { rateLimit }) },
    });
    if (authentication !== 'iam') {
      Validations.of(this.function.endpoint).acknowledge({
        id: 'Annotation::@aws-cdk/aws-lambda:webFunctionPublicEndpoint',
        reason: 'The server checks the API key or the token of each request, and refuses those without one.',
      });
    }
  }

  /** Where clients reach it, without a slash at the end. */
  get url(): string {
    return `https://${this.function.endpoint.domainName}`;
  }
}

/** No gateway stands before it, so it checks tokens itself. */
function tokenEnvironment(authentication: Authentication): Record<string, string> {
  if (typeof authentication === 'string') return {};
  return { RIVULET_JWT_ISSUER: authentication.issuer, RIVULET_JWT_AUDIENCE: authentication.audience };
}
