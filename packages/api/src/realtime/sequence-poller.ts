import type { Database } from "@mdreader/db";

import type { Bus, Logger } from "../ports.ts";
import type { SetTimer } from "../util/set-timer.ts";
import { createDatabaseIdentity, pollIntervalMs } from "./database-identity.ts";

/** What is numbered without gaps and followed: a document's changes, a workspace's events. */
export type Sequence = "document" | "workspace";

/** What is heard of a sequence: the newest number that the database has of it, or that this may be another database. */
export type SequenceReport = { upTo: number } | { isUncertain: true };

/** Finds what no message told. */
export interface SequencePoller {
  /** Calls `onReport` now and then, until the answer is called. */
  follow(sequence: Sequence, id: string, onReport: (sighting: SequenceReport) => void): () => void;
  /** The name of the database's past, as it was at most one interval ago. */
  generation(): Promise<string>;
  close(): void;
}

/**
 * Looks at the database for all sequences that are followed here, in one statement a kind. Between servers a message can
 * be lost without anybody noticing: when one of them alone is cut off from the others, those hear nothing that is missing.
 * A server that is the only one hears all that it does, and need not look for it.
 *
 * Every server looks whether the database is still the one that it was: after a restored backup, or when a replica took
 * over that lagged, numbers stand for other things than those that followers have read.
 */
export function createSequencePoller(
  { database, bus, log }: { database: Pick<Database, "sql">; bus: Pick<Bus, "hasPeers">; log: Logger },
  schedule: SetTimer,
): SequencePoller {
  const identity = createDatabaseIdentity(database.sql);
  const followed: Record<Sequence, Map<string, Set<(sighting: SequenceReport) => void>>> = {
    document: new Map(),
    workspace: new Map(),
  };
  let cancel: (() => void) | null = null;
  let closed = false;

  const isIdle = () => followed.document.size + followed.workspace.size === 0;

  const plan = () => {
    if (cancel !== null || closed || isIdle()) return;
    cancel = schedule(() => void look(), pollIntervalMs);
  };

  const look = async () => {
    try {
      if (await identity.read()) {
        for (const followers of Object.values(followed)) {
          for (const onReport of [...followers.values()].flatMap((own) => [...own]))
            onReport({ isUncertain: true });
        }
      }
      for (const sequence of bus.hasPeers ? (["document", "workspace"] as const) : []) {
        const followers = followed[sequence];
        for (const { id, seq } of await readNewest(database.sql, sequence, [...followers.keys()])) {
          for (const onReport of followers.get(id) ?? []) onReport({ upTo: seq });
        }
      }
    } catch (error) {
      log.warn({ err: error }, "what other servers have written could not be looked for");
    }
    cancel = null;
    plan();
  };

  return {
    follow(sequence, id, onReport) {
      const followers = followed[sequence];
      // Wrapped, so that one function may follow twice.
      const entry = (sighting: SequenceReport) => onReport(sighting);
      const own = followers.get(id) ?? new Set();
      followers.set(id, own.add(entry));
      plan();
      return () => {
        own.delete(entry);
        if (own.size === 0 && followers.get(id) === own) followers.delete(id);
      };
    },
    generation: () => identity.generation(),
    close() {
      closed = true;
      cancel?.();
    },
  };
}

async function readNewest(
  sql: Database["sql"],
  sequence: Sequence,
  ids: readonly string[],
): Promise<{ id: string; seq: number }[]> {
  if (ids.length === 0) return [];
  return sequence === "document"
    ? sql`select id, version as seq from documents where id = any(${[...ids]}::uuid[])`
    : sql`select id, last_event_seq as seq from workspaces where id = any(${[...ids]}::uuid[])`;
}
