import { Token } from 'aws-cdk-lib';
import type { RivuletProps } from './rivulet-props.ts';

/** What the service takes as a web function's rate (AWS::Lambda::WebFunctionEndpoint, RateLimit). */
const isWebRate = (rate: number): boolean =>
  (rate >= 100 && rate <= 1_000 && rate % 100 === 0) ||
  (rate >= 2_000 && rate <= 10_000 && rate % 1_000 === 0);

const isWhole = (value: number, min: number, max: number): boolean =>
  Number.isSafeInteger(value) && value >= min && value <= max;

/** Whether something can be looked at now; what is known only when the stack is deployed cannot. */
const isKnown = (value: unknown): boolean => !Token.isUnresolved(value);

/**
 * @returns what is wrong with the properties, and what to change: a sentence each.
 */
export function problemsOf(props: RivuletProps): string[] {
  return [
    ...nameProblems(props),
    ...authenticationProblems(props),
    ...superUserProblems(props),
    ...throttleProblems(props),
    ...functionProblems(props),
    ...webFunctionProblems(props),
  ];
}

function nameProblems({ name }: RivuletProps): string[] {
  if (name === undefined || !isKnown(name) || /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(name)) return [];
  return [`name is '${name}': it has to be 1 to 64 letters, digits and hyphens, and begin with a letter.`];
}

function authenticationProblems({ authentication = 'iam' }: RivuletProps): string[] {
  if (typeof authentication === 'string') {
    if (authentication === 'iam' || authentication === 'api-keys') return [];
    return [
      `authentication is '${authentication}': it has to be 'iam', 'api-keys', or { issuer, audience } for JWT.`,
    ];
  }
  const { issuer, audience, principalClaim } = authentication;
  const problems: string[] = [];
  if (isKnown(issuer) && !/^https:\/\/[^\s/]+/.test(issuer)) {
    problems.push(`authentication.issuer is '${issuer}': it has to be an https URL, the tokens' iss claim.`);
  }
  if (audience === '') problems.push("authentication.audience is empty: name the tokens' aud claim.");
  if (principalClaim === '')
    problems.push('authentication.principalClaim is empty: name a claim, such as sub.');
  return problems;
}

function superUserProblems({ superUsers = [] }: RivuletProps): string[] {
  return superUsers
    .filter((user) => isKnown(user) && !/^User:[^;]+$/.test(user))
    .map((user) => `superUsers holds '${user}': each has to be User: and a name without a semicolon.`);
}

function throttleProblems({ throttle = {}, endpoint = 'http-api' }: RivuletProps): string[] {
  const { rateLimit, burstLimit } = throttle;
  const problems: string[] = [];
  if (endpoint === 'web-function') {
    if (rateLimit !== undefined && isKnown(rateLimit) && !isWebRate(rateLimit)) {
      problems.push(
        `throttle.rateLimit is ${rateLimit}: a web function takes 100 to 1,000 in steps of 100, or 2,000 to 10,000 in steps of 1,000.`,
      );
    }
    if (burstLimit !== undefined) {
      problems.push('throttle.burstLimit is for an HTTP API: leave it out with a web function.');
    }
    return problems;
  }
  for (const [name, value] of Object.entries({ rateLimit, burstLimit })) {
    if (value === undefined || !isKnown(value) || isWhole(value, 1, 1_000_000)) continue;
    problems.push(`throttle.${name} is ${value}: it has to be a whole number of 1 or more.`);
  }
  return problems;
}

function functionProblems({ functions = {} }: RivuletProps): string[] {
  return Object.entries(functions).flatMap(([name, { memorySize, reservedConcurrentExecutions }]) => {
    const problems: string[] = [];
    if (memorySize !== undefined && isKnown(memorySize) && !isWhole(memorySize, 256, 10_240)) {
      problems.push(`functions.${name}.memorySize is ${memorySize}: it has to be 256 to 10,240 MB.`);
    }
    const reserved = reservedConcurrentExecutions;
    if (reserved !== undefined && isKnown(reserved) && !isWhole(reserved, 1, 1_000_000)) {
      problems.push(
        `functions.${name}.reservedConcurrentExecutions is ${reserved}: it has to be 1 or more, or be left out.`,
      );
    }
    return problems;
  });
}

/** What is said about something that a web function has not got. */
function webFunctionProblems(props: RivuletProps): string[] {
  if (props.endpoint !== 'web-function') return [];
  const problems: string[] = [];
  if (props.tracing) problems.push('tracing is for an HTTP API: leave it out with a web function.');
  if (props.functions !== undefined) {
    problems.push(
      'functions are those of an HTTP API: leave them out with a web function, whose size Lambda chooses.',
    );
  }
  return problems;
}
