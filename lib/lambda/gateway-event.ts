import type {
  APIGatewayEventRequestContextIAMAuthorizer,
  APIGatewayEventRequestContextJWTAuthorizer,
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2WithRequestContext,
} from 'aws-lambda';

type Authorizer = Partial<
  APIGatewayEventRequestContextIAMAuthorizer & APIGatewayEventRequestContextJWTAuthorizer
>;

/** What an HTTP API of API Gateway sends to a function: payload format 2.0. */
export type GatewayEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { readonly authorizer?: Authorizer | null }
>;

/** Of an event of another kind, which is a mistake in how the function is used. @throws TypeError */
export function checkEvent(event: Partial<GatewayEvent> | null): void {
  if (event?.version === '2.0' && event.requestContext?.http !== undefined) return;
  throw new TypeError(
    'This function takes events of an HTTP API of API Gateway, in payload format 2.0: call it through its API.',
  );
}
