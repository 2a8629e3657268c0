/** The package has no types of its own. */
declare module 'snappyjs' {
  /** One raw snappy block. A Uint8Array that is no Buffer comes back as one. */
  export function compress(bytes: Uint8Array): Uint8Array;
}
