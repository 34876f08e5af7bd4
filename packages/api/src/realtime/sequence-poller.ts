import type { Database, Sql } from "@mdreader/db";

import type { Bus, Logger } from "../ports.ts";
import { createPoller } from "../util/poller.ts";
import type { SetTimer } from "../util/set-timer.ts";
import { createDatabaseIdentity, pollIntervalMs } from "./database-identity.ts";

/** A gapless sequence that can be followed: a document's changes or a workspace's events. */
export type Sequence = "document" | "workspace";

/** News about a sequence: its newest number in the database, or that the database may have been replaced. */
export type SequenceReport = { upTo: number } | { isUncertain: true };

/** Finds entries whose message was lost. */
export interface SequencePoller {
  /** Calls `onReport` periodically, until the returned function is called. */
  follow(sequence: Sequence, id: string, onReport: (report: SequenceReport) => void): () => void;
  /** The identity of the database's history, at most one interval old. */
  generation(): Promise<string>;
  /** The identity of the database's history now, read with a statement. */
  readGeneration(): Promise<string>;
  close(): void;
}

/**
 * Polls all sequences that are followed here, in one statement per kind. Messages between servers can get lost
 * unnoticed: when one server is partitioned, the others cannot see what they miss. A single server receives all of its
 * own messages and does not poll.
 *
 * Every server also checks that the database is the same. After a restored backup, or a failover to a replica that
 * lagged, numbers may refer to other entries than those that followers have read.
 *
 * @param onDatabaseReplaced Called before the followers, so that they read nothing that was kept from the other database.
 */
export function createSequencePoller(
  { database, bus, log }: { database: Pick<Database, "sql">; bus: Pick<Bus, "hasPeers">; log: Logger },
  schedule: SetTimer,
  onDatabaseReplaced: () => void = () => {},
): SequencePoller {
  const followed: Record<Sequence, Map<string, Set<(report: SequenceReport) => void>>> = {
    document: new Map(),
    workspace: new Map(),
  };
  const identity = createDatabaseIdentity(database.sql, () => {
    onDatabaseReplaced();
    for (const followers of Object.values(followed)) {
      for (const onReport of [...followers.values()].flatMap((listeners) => [...listeners]))
        onReport({ isUncertain: true });
    }
  });

  const poll = async () => {
    try {
      await identity.readGeneration();
      for (const sequence of bus.hasPeers ? (["document", "workspace"] as const) : []) {
        const followers = followed[sequence];
        for (const { id, seq } of await readNewest(database.sql, sequence, [...followers.keys()])) {
          for (const onReport of followers.get(id) ?? []) onReport({ upTo: seq });
        }
      }
    } catch (error) {
      log.warn({ err: error }, "polling for writes of other servers failed");
    }
  };
  const hasFollowers = () => followed.document.size + followed.workspace.size > 0;
  const poller = createPoller(schedule, pollIntervalMs, poll, hasFollowers);

  return {
    follow(sequence, id, onReport) {
      const followers = followed[sequence];
      // A wrapper lets the same function follow twice.
      const entry = (report: SequenceReport) => onReport(report);
      const listeners = followers.get(id) ?? new Set();
      followers.set(id, listeners.add(entry));
      poller.start();
      return () => {
        listeners.delete(entry);
        if (listeners.size === 0 && followers.get(id) === listeners) followers.delete(id);
      };
    },
    generation: () => identity.generation(),
    readGeneration: () => identity.readGeneration(),
    close: () => poller.stop(),
  };
}

async function readNewest(
  sql: Sql,
  sequence: Sequence,
  ids: readonly string[],
): Promise<{ id: string; seq: number }[]> {
  if (ids.length === 0) return [];
  return sequence === "document"
    ? sql`select id, version as seq from documents where id = any(${[...ids]}::uuid[])`
    : sql`select id, last_event_seq as seq from workspaces where id = any(${[...ids]}::uuid[])`;
}
