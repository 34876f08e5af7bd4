import type { PresenceStatus } from "@mdreader/contract";
import type { Database, Sql } from "@mdreader/db";

import type { Logger } from "../ports.ts";
import { createPoller } from "../util/poller.ts";
import type { SetTimer } from "../util/set-timer.ts";

/** One socket of a person. */
export interface OpenConnection {
  id: string;
  userId: string;
  /** Null for an API key. */
  sessionId: string | null;
  userAgent: string | null;
  ipAddress: string | null;
}

/**
 * Records connections and visits of documents, at heartbeat rate: one statement per table and heartbeat, regardless of the
 * number of people. Rows left open by a crashed process are closed by the next heartbeat of any process.
 */
export interface PresenceRecorder {
  onConnected(connection: OpenConnection): void;
  onDisconnected(connectionId: string): void;
  onEntered(connectionId: string, documentId: string, workspaceId: string): void;
  onStatus(connectionId: string, documentId: string, status: PresenceStatus): void;
  onLeft(connectionId: string, documentId: string): void;
  /** Writes pending changes now. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds between two heartbeats. */
const heartbeatMs = 15_000;
/** Seconds without a heartbeat after which a connection counts as gone. */
const expirySeconds = 60;

interface Visit {
  documentId: string;
  workspaceId: string;
  status: PresenceStatus;
  hasLeft: boolean;
}

interface Entry {
  connection: OpenConnection;
  connectedAt: string;
  isClosed: boolean;
  visits: Map<string, Visit>;
}

export function createPresenceRecorder(
  { sql }: Pick<Database, "sql">,
  log: Logger,
  nodeId: string,
  schedule: SetTimer,
): PresenceRecorder {
  const entries = new Map<string, Entry>();
  const heartbeat = createPoller(schedule, heartbeatMs, () => recorder.flush());

  const recorder: PresenceRecorder = {
    onConnected(connection) {
      entries.set(connection.id, {
        connection,
        connectedAt: new Date().toISOString(),
        isClosed: false,
        visits: new Map(),
      });
    },
    onDisconnected(connectionId) {
      const entry = entries.get(connectionId);
      if (entry === undefined) return;
      entry.isClosed = true;
      for (const visit of entry.visits.values()) visit.hasLeft = true;
    },
    onEntered(connectionId, documentId, workspaceId) {
      const visit: Visit = { documentId, workspaceId, status: "viewing", hasLeft: false };
      entries.get(connectionId)?.visits.set(documentId, visit);
    },
    onStatus(connectionId, documentId, status) {
      const visit = entries.get(connectionId)?.visits.get(documentId);
      if (visit !== undefined) visit.status = status;
    },
    onLeft(connectionId, documentId) {
      const visit = entries.get(connectionId)?.visits.get(documentId);
      if (visit !== undefined) visit.hasLeft = true;
    },
    async flush() {
      const all = [...entries.values()];
      // Connections that end during this write are written with the next heartbeat.
      const ended = all.filter((entry) => entry.isClosed);
      const left = all.flatMap(({ visits }) =>
        [...visits.values()].flatMap((visit) => (visit.hasLeft ? { visits, visit } : [])),
      );
      try {
        await writeConnections(sql, nodeId, all);
        await writeVisits(sql, all);
        await closeExpired(sql);
        for (const { connection } of ended) entries.delete(connection.id);
        for (const { visits, visit } of left) {
          if (visits.get(visit.documentId) === visit) visits.delete(visit.documentId);
        }
      } catch (error) {
        log.warn({ err: error }, "presence couldn't be recorded");
      }
    },
    async close() {
      heartbeat.stop();
      for (const id of entries.keys()) recorder.onDisconnected(id);
      await recorder.flush();
    },
  };
  heartbeat.start();
  return recorder;
}

async function writeConnections(sql: Sql, nodeId: string, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ connection, connectedAt, isClosed }) => ({
    ...connection,
    connectedAt,
    isClosed,
  }));
  // Deleting a user or a session deletes its rows. Those must not be written again.
  await sql`
    insert into user_sessions (id, user_id, auth_session_id, node_id, user_agent, ip_address, connected_at, disconnected_at)
    select e.id, u.id, s.id, ${nodeId}::uuid, e."userAgent", e."ipAddress", e."connectedAt",
      case when e."isClosed" then now() end
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as e (
      id uuid, "userId" uuid, "sessionId" uuid, "userAgent" text, "ipAddress" text, "connectedAt" timestamptz, "isClosed" bool
    )
    join users u on u.id = e."userId"
    left join auth_sessions s on s.id = e."sessionId"
    where s.id is not null or e."sessionId" is null
    on conflict (id) do update set last_seen_at = now(), disconnected_at = excluded.disconnected_at`;
}

async function writeVisits(sql: Sql, entries: readonly Entry[]): Promise<void> {
  const rows = entries.flatMap(({ connection, visits }) =>
    [...visits.values()].map((visit) => ({ ...visit, connectionId: connection.id })),
  );
  if (rows.length === 0) return;
  await sql`
    insert into document_presence (user_session_id, document_id, workspace_id, user_id, status, left_at)
    select c.id, d.id, d.workspace_id, c.user_id, v.status, case when v."hasLeft" then now() end
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as v (
      "connectionId" uuid, "documentId" uuid, status text, "hasLeft" bool
    )
    join user_sessions c on c.id = v."connectionId"
    join documents d on d.id = v."documentId"
    on conflict (user_session_id, document_id)
      do update set last_seen_at = now(), status = excluded.status, left_at = excluded.left_at`;
}

/** Closes rows that crashed processes left open. */
async function closeExpired(sql: Sql): Promise<void> {
  await sql`
    with expired as (
      update user_sessions set disconnected_at = last_seen_at
      where disconnected_at is null and last_seen_at < now() - make_interval(secs => ${expirySeconds})
      returning id
    )
    update document_presence p set left_at = p.last_seen_at
    from expired where p.user_session_id = expired.id and p.left_at is null`;
}
