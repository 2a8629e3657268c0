/** Writes down who did what, at the moment that it is. Left out where nobody reads it: a run is the same without. */
export type Trace = (who: string, what: string) => void;
