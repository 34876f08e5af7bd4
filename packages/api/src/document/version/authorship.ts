import type { Attribution } from "./attributions.ts";

/** The author and time of a character. */
export interface CharacterAuthor {
  authorId: string | null;
  tool: string | null;
  /** Milliseconds since 1970. */
  at: number;
  /** Decides the order of writes with the same time: higher is later. */
  seq: number;
}

/** The user of a client ID, and the time of its first use. Entries folded before spans existed have no other author. */
export interface Client {
  clientId: number;
  userId: string | null;
  since: number;
}

/** Looks up authors of characters. */
export interface Authorship {
  /**
   * Finds the author of a character.
   * @returns The author, and the clock of the client (exclusive) up to which the result applies.
   */
  find(clientId: number, clock: number): { author: CharacterAuthor; until: number };
}

/** Characters of one client up to `end`, starting at the end of the previous range. */
interface AuthoredRange {
  from: number;
  end: number;
  author: CharacterAuthor;
}

/** @param spans In order. Resent updates add nothing: the first sender of a character is its author. */
export function createAuthorship(spans: readonly Attribution[], clients: readonly Client[]): Authorship {
  const ranges = new Map<number, AuthoredRange[]>();
  for (const { clientId, clock, length, authorId, tool, writtenAt, seq } of spans) {
    if (clientId === null) continue;
    const clientRanges = ranges.get(clientId) ?? [];
    ranges.set(clientId, clientRanges);
    const from = Math.max(clock, clientRanges.at(-1)?.end ?? 0);
    const end = clock + length;
    if (end > from) clientRanges.push({ from, end, author: { authorId, tool, at: writtenAt, seq } });
  }
  const owners = new Map(clients.map((client) => [client.clientId, client]));
  const toClientAuthor = (clientId: number): CharacterAuthor => {
    const { userId = null, since = 0 } = owners.get(clientId) ?? {};
    return { authorId: userId, tool: null, at: since, seq: 0 };
  };
  return {
    find(clientId, clock) {
      const range = findFirstAfter(ranges.get(clientId) ?? [], clock);
      if (range === null) return { author: toClientAuthor(clientId), until: Infinity };
      if (range.from > clock) return { author: toClientAuthor(clientId), until: range.from };
      return { author: range.author, until: range.end };
    },
  };
}

/** Returns the first of the sorted ranges that ends after a clock. */
function findFirstAfter(ranges: readonly AuthoredRange[], clock: number): AuthoredRange | null {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) > clock) high = middle;
    else low = middle + 1;
  }
  return ranges[low] ?? null;
}
