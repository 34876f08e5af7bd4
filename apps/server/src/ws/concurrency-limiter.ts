/** Limits how many connections each user, or each network, has at once. */
export interface ConcurrencyLimiter {
  /** Adds a connection for a key. @returns A function that removes it; null if the key has reached the limit. */
  acquire(key: string, limit: number): (() => void) | null;
}

export function createConcurrencyLimiter(): ConcurrencyLimiter {
  const counts = new Map<string, number>();
  return {
    acquire(key, limit) {
      const count = counts.get(key) ?? 0;
      if (count >= limit) return null;
      counts.set(key, count + 1);
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        const rest = (counts.get(key) ?? 1) - 1;
        if (rest === 0) counts.delete(key);
        else counts.set(key, rest);
      };
    },
  };
}
