/** Clients send the same few headers again and again; what is made up by a hostile one must not pile up. */
const ENTRIES_MAX = 256;

/** Remembers a pure function's answers, a bounded number of them. */
export function memoize<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const answers = new Map<Key, Value>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = compute(key);
    if (answers.size >= ENTRIES_MAX) answers.clear();
    answers.set(key, answer);
    return answer;
  };
}
