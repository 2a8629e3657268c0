/** `node count-partitions.ts <topic>` prints how many partitions a topic has, asked with an API key. */
import { Agent, request } from 'undici';
import { lookupLocalhost } from '../../test/black-box/support/lookup-localhost.ts';

const { RIVULET_URL = '', RIVULET_API_KEY = '' } = process.env;
const [topic = ''] = process.argv.slice(2);
const dispatcher = new Agent({ connect: { lookup: lookupLocalhost } });
const authorization = `Basic ${Buffer.from(RIVULET_API_KEY).toString('base64')}`;
const url = `${RIVULET_URL}/topics/${topic}/partitions`;
const { statusCode, body } = await request(url, { dispatcher, headers: { authorization } });
if (statusCode !== 200) throw new Error(`${url}: ${statusCode} ${await body.text()}`);
console.log(((await body.json()) as unknown[]).length);
await dispatcher.close();
