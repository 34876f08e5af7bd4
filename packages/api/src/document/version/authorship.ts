import type { Attribution } from "./attributions.ts";

/** Who wrote a character, and when. */
export interface Authored {
  authorId: string | null;
  tool: string | null;
  /** Milliseconds since 1970. */
  at: number;
  /** Of what was written at once, the higher was later. */
  seq: number;
}

/** Whose a client is, and since when it writes: all that is known of what was folded before spans were kept. */
export interface Client {
  clientId: number;
  userId: string | null;
  since: number;
}

/** Finds out who wrote what. */
export interface Authorship {
  /**
   * Who wrote a character.
   * @returns Them, and up to which clock of the client (exclusive) that holds.
   */
  find(clientId: number, clock: number): { written: Authored; until: number };
}

/** Characters of one client up to `end`, from where the ones before it end. */
interface AuthoredRange {
  from: number;
  end: number;
  written: Authored;
}

/**
 * @param spans In their order. An update that was sent again says nothing new: who brought a character first wrote it.
 */
export function createAuthorship(spans: readonly Attribution[], clients: readonly Client[]): Authorship {
  const ranges = new Map<number, AuthoredRange[]>();
  for (const { clientId, clock, length, authorId, tool, writtenAt, seq } of spans) {
    if (clientId === null) continue;
    const known = ranges.get(clientId) ?? [];
    ranges.set(clientId, known);
    const from = Math.max(clock, known.at(-1)?.end ?? 0);
    const end = clock + length;
    if (end > from) known.push({ from, end, written: { authorId, tool, at: writtenAt, seq } });
  }
  const owners = new Map(clients.map((client) => [client.clientId, client]));
  const unknown = (clientId: number): Authored => {
    const { userId = null, since = 0 } = owners.get(clientId) ?? {};
    return { authorId: userId, tool: null, at: since, seq: 0 };
  };
  return {
    find(clientId, clock) {
      const range = firstAfter(ranges.get(clientId) ?? [], clock);
      if (range === null) return { written: unknown(clientId), until: Infinity };
      if (range.from > clock) return { written: unknown(clientId), until: range.from };
      return { written: range.written, until: range.end };
    },
  };
}

/** The first of the stretches, which are sorted, that ends after a clock. */
function firstAfter(ranges: readonly AuthoredRange[], clock: number): AuthoredRange | null {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) > clock) high = middle;
    else low = middle + 1;
  }
  return ranges[low] ?? null;
}
