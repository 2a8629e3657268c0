import type { ApiKey, CreatedApiKey, NewApiKey } from '../../cluster/api-keys/types.ts';
import { type Client, segment } from '../client.ts';
import { clusterPath } from '../topic-metadata.ts';

/** The API keys of a cluster, wherever they are managed. */
export interface KeyRegistry {
  create(key: NewApiKey): Promise<CreatedApiKey>;
  list(): Promise<readonly ApiKey[]>;
  revoke(keyId: string): Promise<void>;
  close(): Promise<void>;
}

interface KeyView {
  readonly key_id: string;
  readonly principal: string;
  readonly description: string | null;
  readonly created_at: string;
}

const keyOf = ({ key_id, principal, description, created_at }: KeyView): ApiKey => ({
  keyId: key_id,
  principal,
  ...(description !== null && { description }),
  createdMs: Date.parse(created_at),
});

/** The keys of a broker that answers. What goes wrong is raised as the client does. */
export function keysOfBroker(client: Client): KeyRegistry {
  const path = async () => `${await clusterPath(client)}/api-keys`;
  return {
    async create(key) {
      const made = await client.json<KeyView & { secret: string }>(await path(), {
        method: 'POST',
        body: key,
      });
      return { ...keyOf(made), secret: made.secret };
    },
    async list() {
      const { data } = await client.json<{ data: KeyView[] }>(await path());
      return data.map(keyOf);
    },
    async revoke(keyId) {
      await client.send(`${await path()}/${segment(keyId)}`, { method: 'DELETE' });
    },
    close: async () => undefined,
  };
}
