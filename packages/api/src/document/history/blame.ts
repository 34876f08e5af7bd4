import { textOf } from "@mdreader/collab";
import type { BlameInput, BlameList, Person, Writer } from "@mdreader/contract";
import { type Db, users } from "@mdreader/db";
import { inArray } from "drizzle-orm";
import * as Y from "yjs";
import { z } from "zod";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { cursorOf, pageOfRows } from "../../pagination.ts";
import { authorshipOf, type Client } from "./authorship.ts";
import { type LineRange, linesWritten, type Stretch } from "./lines.ts";
import { readSpans } from "./spans.ts";

const lineCursor = cursorOf(z.int().min(1));

/**
 * Who wrote each line of a document, and when. What a restored version brought back counts as written by who restored
 * it: in a live document, restoring is writing.
 */
export async function blame(
  { database: { db, sql }, documents }: Pick<Services, "database" | "documents">,
  { document }: DocumentAccess<"document.readHistory">,
  { cursor, limit }: Pick<BlameInput, "cursor" | "limit">,
): Promise<BlameList> {
  const first = lineCursor.decode(cursor) ?? 1;
  const { version, stretches } = await documents.read(document.id, ({ version: now, doc }) => ({
    version: now,
    stretches: stretchesIn(doc),
  }));
  const [spans, clients] = await Promise.all([
    readSpans(sql, document.id, version),
    sql<{ clientId: string; userId: string | null; since: string | Date }[]>`
      select client_id as "clientId", user_id as "userId", created_at as since
      from document_clients where document_id = ${document.id}`,
  ]);
  const known: Client[] = clients.map(({ clientId, userId, since }) => ({
    clientId: Number(clientId),
    userId,
    since: new Date(since).getTime(),
  }));
  const ranges = linesWritten(stretches, authorshipOf(spans, known));
  const wanted = ranges.filter(({ line, lines }) => line + lines > first).slice(0, limit + 1);
  const people = await peopleIn(db, wanted);
  const writerOf = ({ authorId, tool }: { authorId: string | null; tool: string | null }): Writer => ({
    person: authorId === null ? null : (people.get(authorId) ?? null),
    apiKeyName: tool,
  });
  const page = pageOfRows(
    wanted,
    limit,
    ({ line, lines }) => lineCursor.encode(line + lines),
    ({ line, lines, text, written, others }) => ({
      line,
      lines,
      text: text.toWellFormed(),
      writer: writerOf(written),
      writtenAt: new Date(written.at).toISOString(),
      others: others.map(writerOf),
    }),
  );
  return { ...page, version };
}

/** The text of a document in the pieces that Yjs keeps it in. */
function stretchesIn(doc: Y.Doc): Stretch[] {
  const stretches: Stretch[] = [];
  // Yjs' own marker of where a text begins; there is no other way to see who wrote what.
  // oxlint-disable-next-line no-underscore-dangle
  for (let item = textOf(doc)._start; item !== null; item = item.right) {
    const { content, deleted, id } = item;
    if (!deleted && content instanceof Y.ContentString) {
      stretches.push({ clientId: id.client, clock: id.clock, text: content.str });
    }
  }
  return stretches;
}

async function peopleIn(db: Db, ranges: readonly LineRange[]): Promise<Map<string, Person>> {
  const writers = ranges.flatMap(({ written, others }) => [written, ...others]);
  const ids = [...new Set(writers.flatMap(({ authorId }) => authorId ?? []))];
  if (ids.length === 0) return new Map();
  const found = await db
    .select({ id: users.id, username: users.username, fullName: users.fullName })
    .from(users)
    .where(inArray(users.id, ids));
  return new Map(found.map((person) => [person.id, person]));
}
