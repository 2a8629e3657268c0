import { credentialsOf } from '../../../lib/cli/credentials.ts';

/**
 * What the requests of the suites carry, by the same environment as the command line: RIVULET_API_KEY (`key:secret`),
 * RIVULET_TOKEN, or RIVULET_AUTH=iam with AWS's credentials. Whoever it names may do everything, or the suites fail.
 */
export const credentials = credentialsOf({}, process.env);

const { RIVULET_API_KEY, RIVULET_TOKEN, RIVULET_AUTH } = process.env;

/** What the API wants to see of its clients, by what the suites were given. */
export const scheme = RIVULET_API_KEY
  ? 'api-keys'
  : RIVULET_TOKEN
    ? 'jwt'
    : RIVULET_AUTH === 'iam'
      ? 'iam'
      : 'none';
