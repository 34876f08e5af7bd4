import { AppError } from "@mdreader/api";
import pLimit, { type LimitFunction } from "p-limit";

/** Runs a query as soon as there is room for it. */
export type QueryRunner = <T>(query: () => Promise<T>) => Promise<T>;

/** Bounds how many queries of one person run at once, over all their sockets: each may answer with megabytes. */
export interface QueryLanes {
  /** @returns The person's lanes, which are shared by their sockets, and what leaves them. */
  enter(owner: string): { lanes: LimitFunction; leave: () => void };
}

export function createQueryLanes(perOwner: number): QueryLanes {
  const owners = new Map<string, { lanes: LimitFunction; sockets: number }>();
  return {
    enter(owner) {
      const entry = owners.get(owner) ?? { lanes: pLimit(perOwner), sockets: 0 };
      owners.set(owner, entry);
      entry.sockets += 1;
      return {
        lanes: entry.lanes,
        leave() {
          entry.sockets -= 1;
          if (entry.sockets === 0) owners.delete(owner);
        },
      };
    },
  };
}

/** What is known of the socket that a query came through. */
export interface QuerySocket {
  /** Resolves when the socket has taken what it was sent, or has closed; null while little is waiting for it. */
  waitForRoom(): Promise<void> | null;
  isOpen(): boolean;
}

/**
 * Runs a query in one of its person's lanes, and only while its socket takes what it is sent. A lane is not kept while the
 * socket is waited for.
 * @throws AppError UNAVAILABLE when the socket has closed meanwhile; the query has not run then.
 */
export async function runInLane<T>(
  lanes: LimitFunction,
  socket: QuerySocket,
  query: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const room = socket.waitForRoom();
    if (room !== null) await room;
    if (!socket.isOpen()) throw new AppError("UNAVAILABLE");
    const done = await lanes(async () => (socket.waitForRoom() === null ? { result: await query() } : null));
    if (done !== null) return done.result;
  }
}
