/** One algorithm each: the package's main entry would bring all of them into every bundle. */
declare module 'hash-wasm/dist/crc32.umd.min.js' {
  import type { createCRC32 } from 'hash-wasm';

  const module: { readonly createCRC32: typeof createCRC32 };
  export default module;
}

declare module 'hash-wasm/dist/xxhash32.umd.min.js' {
  import type { createXXHash32 } from 'hash-wasm';

  const module: { readonly createXXHash32: typeof createXXHash32 };
  export default module;
}
