import type { Sql } from "@mdreader/db";
import * as Y from "yjs";

/**
 * The authors of characters, and the times of writing. Yjs identifies each character by its client ID and that client's
 * clock; the log has the author and time of each update. Before log entries are folded, this information is stored as
 * spans.
 */

/** An update in the log. */
export interface LoggedUpdate {
  seq: number;
  update: Uint8Array;
  authorId: string | null;
  tool: string | null;
  /** Milliseconds since 1970. */
  writtenAt: number;
}

/** Characters `clock` to `clock + length - 1` of a client; without a client, an entry that only deletes characters. */
export interface Attribution {
  seq: number;
  clientId: number | null;
  clock: number;
  length: number;
  authorId: string | null;
  tool: string | null;
  /** Milliseconds since 1970. */
  writtenAt: number;
}

/** Maximum duration of a stored span in milliseconds. */
export const maxAttributionMs = 5 * 60_000;

/**
 * Converts updates, in order, to spans. A continuation by the same writer extends a span if it comes within
 * `within` milliseconds of its start.
 */
export function toAttributions(updates: Iterable<LoggedUpdate>, maxMs: number): Attribution[] {
  const spans: Attribution[] = [];
  const open = new Map<number | null, { span: Attribution; began: number }>();
  for (const { update, ...entry } of updates) {
    for (const { clientId, clock, length } of toClientRanges(update)) {
      const last = open.get(clientId);
      if (last !== undefined && isContinuation(last, clock, entry, maxMs)) {
        Object.assign(last.span, entry, { length: last.span.length + length });
      } else {
        const span = { ...entry, clientId, clock, length };
        spans.push(span);
        open.set(clientId, { span, began: entry.writtenAt });
      }
    }
  }
  return spans;
}

function isContinuation(
  { span, began }: { span: Attribution; began: number },
  clock: number,
  { authorId, tool, writtenAt }: Omit<LoggedUpdate, "update">,
  within: number,
): boolean {
  const follows = span.clientId === null || span.clock + span.length === clock;
  const isSameWriter = span.authorId === authorId && span.tool === tool;
  return follows && isSameWriter && writtenAt - began <= within;
}

/** Returns the ranges that an update adds for each client. */
function toClientRanges(update: Uint8Array): Pick<Attribution, "clientId" | "clock" | "length">[] {
  const { from, to } = Y.parseUpdateMeta(update);
  if (to.size === 0) return [{ clientId: null, clock: 0, length: 0 }];
  return [...to].map(([clientId, end]) => {
    const clock = from.get(clientId) ?? 0;
    return { clientId, clock, length: end - clock };
  });
}

/** Saves the authors and times of a log's entries up to a number, before they are folded. */
export async function saveAttributions(tx: Sql, documentId: string, upTo: number): Promise<void> {
  const updates = await tx<LoggedUpdate[]>`${selectLoggedUpdates(tx, documentId, upTo)} order by seq`;
  await tx`
    insert into document_attributions
      (document_id, workspace_id, seq, client_id, clock, length, author_id, tool, written_at)
    select d.id, d.workspace_id, s.seq, s."clientId", s.clock, s.length, u.id, s.tool, to_timestamp(s."writtenAt" / 1000)
    from documents d
    cross join jsonb_to_recordset(${JSON.stringify(toAttributions(updates, maxAttributionMs))}::text::jsonb) as s (
      seq int, "clientId" bigint, clock int, length int, "authorId" uuid, tool text, "writtenAt" float8
    )
    left join users u on u.id = s."authorId"
    where d.id = ${documentId}
    on conflict do nothing`;
}

const toMilliseconds = (sql: Sql, column: string) => sql`(extract(epoch from ${sql(column)}) * 1000)::float8`;

const selectLoggedUpdates = (sql: Sql, documentId: string, upTo: number) => sql`
  select seq, update, author_id as "authorId", tool, ${toMilliseconds(sql, "created_at")} as "writtenAt"
  from document_log
  where document_id = ${documentId} and seq <= ${upTo} and update is not null`;

/**
 * Reads the spans of a document up to a version, in order: stored ones for folded entries, and exact ones for the
 * rest of the log.
 */
export async function readAttributions(sql: Sql, documentId: string, upTo: number): Promise<Attribution[]> {
  // In one statement, because entries that are folded between two statements would be in neither.
  const rows = await sql<
    (Omit<Attribution, "clientId"> & { clientId: string | null; update: Uint8Array | null })[]
  >`
    select seq, client_id as "clientId", clock, length, author_id as "authorId", tool, ${toMilliseconds(sql, "written_at")} as "writtenAt",
      null::bytea as update
    from document_attributions where document_id = ${documentId}
    union all
    select seq, null, 0, 0, "authorId", tool, "writtenAt", update from (${selectLoggedUpdates(sql, documentId, upTo)}) logged
    order by seq`;
  const stored: Attribution[] = [];
  const logged: LoggedUpdate[] = [];
  for (const { update, clientId, ...row } of rows) {
    if (update === null) stored.push({ ...row, clientId: clientId === null ? null : Number(clientId) });
    else logged.push({ ...row, update });
  }
  return [...stored, ...toAttributions(logged, 0)];
}
