import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** One event of the feed, as the US Geological Survey publishes it (GeoJSON). */
export interface Earthquake {
  readonly id: string;
  readonly properties: {
    readonly mag: number | null;
    readonly place: string;
    /** Milliseconds since 1970. */
    readonly time: number;
    /** The network that reported it. */
    readonly net: string;
  };
}

/** A week of earthquakes all over the world, which npm's vega-datasets carries; the oldest one first. */
export async function readFeed(): Promise<Earthquake[]> {
  const file = new URL('../data/earthquakes.json', import.meta.resolve('vega-datasets'));
  const feed = JSON.parse(await readFile(fileURLToPath(file), 'utf8')) as { features: Earthquake[] };
  return feed.features.toSorted((a, b) => a.properties.time - b.properties.time);
}
