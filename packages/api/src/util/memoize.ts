/** Calls a function once for each object. Its results are kept as long as the objects. */
export function memoizeByIdentity<Key extends object, Result>(
  compute: (key: Key) => Result,
): (key: Key) => Result {
  const results = new WeakMap<Key, { result: Result }>();
  return (key) => {
    const existing = results.get(key);
    if (existing !== undefined) return existing.result;
    const result = compute(key);
    results.set(key, { result });
    return result;
  };
}
