/** Content types, as Confluent's REST Proxy names them. */
export const JSON_TYPE = 'application/json';
export const V2_JSON = 'application/vnd.kafka.v2+json';
export const BINARY_V2 = 'application/vnd.kafka.binary.v2+json';
export const JSON_V2 = 'application/vnd.kafka.json.v2+json';
/** Record batches of magic 2 as they are, one behind the other. */
export const RECORD_BATCH = 'application/vnd.kafka.recordbatch';
export const TEXT = 'text/plain';

/** What v2 answers with, the preferred one first; clients name any of them. */
export const V2_ANSWERS: readonly string[] = [V2_JSON, JSON_TYPE, BINARY_V2, JSON_V2];
