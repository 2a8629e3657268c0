import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { accessLogFormat } from './access-log.ts';
import type { Authentication } from './authentication.ts';
import { DEFAULT_FUNCTION, type FunctionName, gatewayRoutes } from './gateway-routes.ts';
import type { ThrottleOptions } from './rivulet-props.ts';

export interface HttpGatewayProps {
  readonly name: string;
  readonly functions: Readonly<Record<FunctionName, { readonly function: IFunction }>>;
  readonly authentication: Authentication;
  readonly throttle: ThrottleOptions;
  readonly accessLogs: boolean;
  readonly logRetention: RetentionDays;
}

const RATE_LIMIT = 500;
const BURST_LIMIT = 1_000;

/** An HTTP API that sends each request to the function that answers it. */
export class HttpGateway extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly accessLogGroup: LogGroup | undefined;

  constructor(scope: Construct, id: string, props: HttpGatewayProps) {
    super(scope, id);
    const { throttle } = props;
    const integrations = integrationsOf(props.functions);
    const authorizer = authorizerOf(props.authentication);
    this.api = new HttpApi(this, 'Api', {
      apiName: props.name,
      description: 'Rivulet: a partitioned log',
      createDefaultStage: false,
      ...(authorizer && { defaultAuthorizer: authorizer }),
      defaultIntegration: integrations[DEFAULT_FUNCTION],
    });
    this.accessLogGroup = props.accessLogs
      ? new LogGroup(this, 'AccessLogs', {
          retention: props.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        })
      : undefined;
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: {
        rateLimit: throttle.rateLimit ?? RATE_LIMIT,
        burstLimit: throttle.burstLimit ?? BURST_LIMIT,
      },
      ...(this.accessLogGroup && {
        accessLogSettings: {
          destination: new LogGroupLogDestination(this.accessLogGroup),
          format: accessLogFormat,
        },
      }),
    });
    for (const { method, path, function: name } of gatewayRoutes) {
      this.api.addRoutes({ path, methods: [HttpMethod[method]], integration: integrations[name] });
    }
    this.#acknowledge(props);
  }

  /** Where clients reach it, without a slash at the end. */
  get url(): string {
    return this.api.apiEndpoint;
  }

  #acknowledge({ authentication, accessLogs }: HttpGatewayProps): void {
    if (authentication === 'api-keys') {
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'The functions check the API key of each request, and refuse those without one.',
      });
    }
    if (!accessLogs) {
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-APIG1',
        reason: 'Switched off by accessLogs: false.',
      });
    }
  }
}

type Integrations = Readonly<Record<FunctionName, HttpLambdaIntegration>>;

/** One permission for all routes of a function: one for each would fill the policy that it stands in. */
function integrationsOf(functions: HttpGatewayProps['functions']): Integrations {
  const of = (name: FunctionName) =>
    new HttpLambdaIntegration(name, functions[name].function, { scopePermissionToRoute: false });
  return { produce: of('produce'), fetch: of('fetch'), consume: of('consume'), admin: of('admin') };
}

function authorizerOf(authentication: Authentication): IHttpRouteAuthorizer | undefined {
  if (authentication === 'iam') return new HttpIamAuthorizer();
  if (authentication === 'api-keys') return undefined;
  const { issuer, audience } = authentication;
  return new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: [audience] });
}
