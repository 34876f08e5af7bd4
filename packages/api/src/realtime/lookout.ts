import type { Database } from "@mdreader/db";

import type { Bus, Logger } from "../ports.ts";
import type { Schedule } from "./schedule.ts";

/** What is numbered without gaps and followed: a document's changes, a workspace's events. */
export type Sequence = "document" | "workspace";

/** Finds what no message told. */
export interface Lookout {
  /** Calls `heard` now and then with the newest number that the database has of a sequence, until the answer is called. */
  follow(sequence: Sequence, id: string, heard: (seq: number) => void): () => void;
  close(): void;
}

/** Milliseconds between two looks at the database. */
const interval = 2000;

/**
 * Looks at the database for all sequences that are followed here, in one statement a kind. Between servers a message can
 * be lost without anybody noticing: when one of them alone is cut off from the others, those hear nothing that is missing.
 * A server that is the only one hears all that it does, and need not look.
 */
export function createLookout(
  { database, bus, log }: { database: Pick<Database, "sql">; bus: Pick<Bus, "shared">; log: Logger },
  schedule: Schedule,
): Lookout {
  const followed: Record<Sequence, Map<string, Set<(seq: number) => void>>> = {
    document: new Map(),
    workspace: new Map(),
  };
  let cancel: (() => void) | null = null;
  let closed = false;

  const isIdle = () => followed.document.size + followed.workspace.size === 0;

  const plan = () => {
    if (cancel !== null || closed || isIdle()) return;
    cancel = schedule(() => void look(), interval);
  };

  const look = async () => {
    try {
      for (const sequence of ["document", "workspace"] as const) {
        const followers = followed[sequence];
        for (const { id, seq } of await newest(database.sql, sequence, [...followers.keys()])) {
          for (const heard of followers.get(id) ?? []) heard(seq);
        }
      }
    } catch (error) {
      log.warn({ err: error }, "what other servers have written could not be looked for");
    }
    cancel = null;
    plan();
  };

  return {
    follow(sequence, id, heard) {
      if (!bus.shared) return () => {};
      const followers = followed[sequence];
      // Wrapped, so that one function may follow twice.
      const entry = (seq: number) => heard(seq);
      const own = followers.get(id) ?? new Set();
      followers.set(id, own.add(entry));
      plan();
      return () => {
        own.delete(entry);
        if (own.size === 0 && followers.get(id) === own) followers.delete(id);
      };
    },
    close() {
      closed = true;
      cancel?.();
    },
  };
}

async function newest(
  sql: Database["sql"],
  sequence: Sequence,
  ids: readonly string[],
): Promise<{ id: string; seq: number }[]> {
  if (ids.length === 0) return [];
  return sequence === "document"
    ? sql`select id, version as seq from documents where id = any(${[...ids]}::uuid[])`
    : sql`select id, last_event_seq as seq from workspaces where id = any(${[...ids]}::uuid[])`;
}
