/** Limits the number of members per group. */
export interface KeyedLimiter {
  /** Adds a member. @returns A function that removes it; null if the group is full. */
  acquire(group: string, limit: number): (() => void) | null;
}

export function createKeyedLimiter(): KeyedLimiter {
  const counts = new Map<string, number>();
  return {
    acquire(group, limit) {
      const count = counts.get(group) ?? 0;
      if (count >= limit) return null;
      counts.set(group, count + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        const rest = (counts.get(group) ?? 1) - 1;
        if (rest === 0) counts.delete(group);
        else counts.set(group, rest);
      };
    },
  };
}
