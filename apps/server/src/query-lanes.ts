import { AppError } from "@mdreader/api";
import pLimit, { type LimitFunction } from "p-limit";

/** Runs a query as soon as a lane is free. */
export type QueryRunner = <T>(query: () => Promise<T>) => Promise<T>;

/** Limits the concurrent queries of one user over all sockets, because each response can be megabytes large. */
export interface QueryLanes {
  /** @returns The user's lanes, shared by all of the user's sockets, and a function that releases them. */
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

/** The socket that a query came through. */
export interface QuerySocket {
  /** Resolves when the socket has flushed its output or has closed; returns null while little is pending. */
  waitForRoom(): Promise<void> | null;
  isOpen(): boolean;
}

/**
 * Runs a query in one of the user's lanes once the socket has room. No lane is occupied while waiting for the socket.
 * @throws AppError UNAVAILABLE if the socket has closed. The query does not run then.
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
