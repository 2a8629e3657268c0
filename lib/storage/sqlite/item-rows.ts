import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { NotDoneError } from '../errors.ts';
import type { Attributes, Item, ItemKey, Query, Version } from '../item.ts';

/** What a put keeps of an item. */
export interface ItemContent {
  readonly attributes: Attributes;
  readonly data?: Uint8Array;
}

/**
 * The rows of one database, without transactions and conditions. Each row carries a checksum over all of it,
 * because SQLite has none: a page that was overwritten on the disk is an error here, never a wrong item.
 */
export class ItemRows {
  readonly #file: string;
  readonly #newVersion: () => Version;
  readonly #get: StatementSync;
  readonly #getVersion: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #forward: StatementSync;
  readonly #backward: StatementSync;

  constructor(file: string, database: DatabaseSync, newVersion: () => Version) {
    this.#file = file;
    this.#newVersion = newVersion;
    const all = 'SELECT pk, sk, version, attributes, data, crc FROM item';
    this.#get = database.prepare(`${all} WHERE pk = ? AND sk = ?`);
    this.#getVersion = database.prepare('SELECT version FROM item WHERE pk = ? AND sk = ?');
    this.#put = database.prepare(`
      INSERT INTO item (pk, sk, version, attributes, data, crc) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (pk, sk) DO UPDATE SET
        version = excluded.version, attributes = excluded.attributes, data = excluded.data, crc = excluded.crc`);
    this.#delete = database.prepare('DELETE FROM item WHERE pk = ? AND sk = ?');
    // Text is compared by its UTF-8 bytes; x'' is above every text, so it stands for "to the end".
    const range = 'WHERE pk = ? AND sk >= ? AND sk <= ? ORDER BY sk';
    this.#forward = database.prepare(`${all} ${range} ASC LIMIT ?`);
    this.#backward = database.prepare(`${all} ${range} DESC LIMIT ?`);
    for (const statement of [this.#get, this.#getVersion, this.#forward, this.#backward]) {
      statement.setReturnArrays(true);
    }
  }

  get({ pk, sk }: ItemKey): Item | undefined {
    const row = this.#get.get(pk, sk) as Row | undefined;
    return row && this.#toItem(row);
  }

  version({ pk, sk }: ItemKey): Version | undefined {
    const row = this.#getVersion.get(pk, sk) as SQLOutputValue[] | undefined;
    return row?.[0] as Version | undefined;
  }

  query({ pk, from, to, limit, direction }: Query): Item[] {
    const statement = direction === 'forward' ? this.#forward : this.#backward;
    const rows = statement.all(pk, from ?? '', to ?? NO_END, limit) as unknown as Row[];
    return rows.map((row) => this.#toItem(row));
  }

  /** Puts the item under a fresh version, whatever stood there. */
  put({ pk, sk }: ItemKey, { attributes, data }: ItemContent): void {
    const version = this.#newVersion();
    const json = JSON.stringify(attributes);
    this.#put.run(pk, sk, version, json, data ?? null, checksum(pk, sk, version, json, data ?? null));
  }

  delete({ pk, sk }: ItemKey): void {
    this.#delete.run(pk, sk);
  }

  #toItem([pk, sk, version, json, data, crc]: Row): Item {
    if (crc !== checksum(pk, sk, version, json, data)) {
      const message = `${this.#file} is damaged at item ${pk} / ${sk}: stop the broker and restore the file (with its -wal) from a backup`;
      throw new NotDoneError(message, { retriable: false });
    }
    const item = { key: { pk, sk }, version, attributes: JSON.parse(json) as Attributes };
    return data === null ? item : { ...item, data };
  }
}

type Row = [
  pk: string,
  sk: string,
  version: string,
  attributes: string,
  data: Uint8Array | null,
  crc: number,
];

const NO_END = new Uint8Array(0);

function checksum(pk: string, sk: string, version: string, json: string, data: Uint8Array | null): number {
  const ofText = crc32(`${pk}\0${sk}\0${version}\0${json}`);
  return data === null ? ofText : crc32(data, ofText);
}
