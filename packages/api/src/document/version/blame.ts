import { getText } from "@mdreader/collab";
import type { BlameInput, BlameList, Person, Author } from "@mdreader/contract";
import { type Db, users } from "@mdreader/db";
import { and, inArray, isNull } from "drizzle-orm";
import * as Y from "yjs";
import { z } from "zod";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { createPageCursor, toPage } from "../../util/pagination.ts";
import { readAttributions } from "./attributions.ts";
import { createAuthorship, type Client } from "./authorship.ts";
import { type BlameRange, blameLines, type TextRun } from "./blame-lines.ts";

const lineCursor = createPageCursor(z.int().min(1));

/**
 * Returns the author and the time of each line of a document. Restored text is attributed to the user who restored it,
 * because a restore is an edit of the live document.
 */
export async function blameDocument(
  { database: { db, sql }, documents }: Pick<Services, "database" | "documents">,
  { document }: DocumentAccess<"document.readHistory">,
  { cursor, limit }: Pick<BlameInput, "cursor" | "limit">,
): Promise<BlameList> {
  const first = lineCursor.decode(cursor) ?? 1;
  const { version, runs } = await documents.read(document.id, ({ version: now, doc }) => ({
    version: now,
    runs: readRuns(doc),
  }));
  const [spans, clients] = await Promise.all([
    readAttributions(sql, document.id, version),
    sql<{ clientId: string; userId: string | null; since: string | Date }[]>`
      select client_id as "clientId", user_id as "userId", created_at as since
      from document_clients where document_id = ${document.id}`,
  ]);
  const owners: Client[] = clients.map(({ clientId, userId, since }) => ({
    clientId: Number(clientId),
    userId,
    since: new Date(since).getTime(),
  }));
  const ranges = blameLines(runs, createAuthorship(spans, owners));
  const listed = ranges.filter(({ line, lines }) => line + lines > first).slice(0, limit + 1);
  const people = await readPeople(db, listed);
  const toAuthor = ({ authorId, tool }: { authorId: string | null; tool: string | null }): Author => ({
    person: authorId === null ? null : (people.get(authorId) ?? null),
    apiKeyName: tool,
  });
  const page = toPage(
    listed,
    limit,
    ({ line, lines }) => lineCursor.encode(line + lines),
    ({ line, lines, text, attribution, others }) => ({
      line,
      lines,
      text: text.toWellFormed(),
      writer: toAuthor(attribution),
      writtenAt: new Date(attribution.at).toISOString(),
      others: others.map(toAuthor),
    }),
  );
  return { ...page, version };
}

/** Returns the runs of a document's text, as Yjs stores them. */
function readRuns(doc: Y.Doc): TextRun[] {
  const runs: TextRun[] = [];
  // Yjs' internal start of the text. There is no public API to find the author of a character.
  // oxlint-disable-next-line no-underscore-dangle
  for (let item = getText(doc)._start; item !== null; item = item.right) {
    const { content, deleted, id } = item;
    if (!deleted && content instanceof Y.ContentString) {
      runs.push({ clientId: id.client, clock: id.clock, text: content.str });
    }
  }
  return runs;
}

async function readPeople(db: Db, ranges: readonly BlameRange[]): Promise<Map<string, Person>> {
  const writers = ranges.flatMap(({ attribution, others }) => [attribution, ...others]);
  const ids = [...new Set(writers.flatMap(({ authorId }) => authorId ?? []))];
  if (ids.length === 0) return new Map();
  const found = await db
    .select({ id: users.id, username: users.username, fullName: users.fullName })
    .from(users)
    .where(and(inArray(users.id, ids), isNull(users.deletedAt)));
  return new Map(found.map((person) => [person.id, person]));
}
