import type { Page, TrashItem } from "@mdreader/contract";
import { documents, files, folders, users } from "@mdreader/db";
import { and, desc, eq, isNotNull, type SQL, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { z } from "zod";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import type { DomainSettings } from "../ports.ts";
import { countPreparedRows, createPageCursor, toPage } from "../util/pagination.ts";
import { isVisibleUser } from "../workspace/person.ts";

/** A timestamp in PostgreSQL's format. A Date would lose its microseconds. */
const timestampText = z.string().refine((text) => {
  const { groups } =
    /^(?<day>2\d{3}-\d\d-\d\d) (?<time>\d\d:\d\d:\d\d(?:\.\d{1,6})?)[+-](?:0\d|1[0-4])(?::[0-5]\d)?$/.exec(
      text,
    ) ?? {};
  return z.iso.datetime().safeParse(`${groups?.["day"]}T${groups?.["time"]}Z`).success;
});
const trashCursor = createPageCursor(z.tuple([timestampText, z.uuid()]));

type Trashable = typeof documents | typeof folders | typeof files;

/**
 * Lists the items that were deleted individually, newest first. Items deleted with a document or folder are
 * restored with it.
 */
export async function listTrash(
  check: WorkspaceCheck<"document.readTrash">,
  { trashRetentionSeconds }: Pick<DomainSettings, "trashRetentionSeconds">,
  { cursor, limit }: { cursor?: string | null | undefined; limit: number },
): Promise<Page<TrashItem>> {
  const { db, subject } = check;
  const before = trashCursor.decode(cursor);
  const selectTrashed = (table: Trashable, kind: TrashItem["kind"], name: SQL) =>
    db
      .select({
        id: table.id,
        kind: sql<TrashItem["kind"]>`${sql.raw(`'${kind}'`)}`.as("kind"),
        name: sql<string>`${name}`.as("name"),
        deletedAt: table.deletedAt,
        deletedAtText: sql<string>`${table.deletedAt}::text`.as("deleted_at_text"),
        personId: sql<string | null>`${users.id}`.as("person_id"),
        username: sql<string | null>`${users.username}`.as("username"),
        fullName: sql<string | null>`${users.fullName}`.as("full_name"),
      })
      .from(table)
      .leftJoin(users, isVisibleUser(table.deletedBy))
      .where(
        and(
          eq(table.workspaceId, subject.workspaceId),
          isNotNull(table.deletedAt),
          eq(table.deletedWith, table.id),
          before === null
            ? undefined
            : sql`(${table.deletedAt}, ${table.id}) < (${before[0]}::timestamptz, ${before[1]}::uuid)`,
        ),
      )
      .orderBy(desc(table.deletedAt), desc(table.id))
      .limit(countPreparedRows(limit));

  const { rows } = await check.select(
    unionAll(
      selectTrashed(documents, "document", sql`${documents.title}`),
      selectTrashed(folders, "folder", sql`${folders.name}`),
      selectTrashed(files, "file", sql`substring(${files.path} from '[^/]+$')`),
    )
      .orderBy(sql`deleted_at desc, id desc`)
      .limit(countPreparedRows(limit)),
  );
  return toPage(
    rows,
    limit,
    ({ deletedAtText, id }) => trashCursor.encode([deletedAtText, id]),
    ({ id, kind, name, deletedAt, personId, username, fullName }) => {
      const at = deletedAt ?? new Date(0).toISOString();
      return {
        id,
        kind,
        name,
        deletedAt: at,
        deletedBy: personId === null || username === null ? null : { id: personId, username, fullName },
        purgeAt: new Date(Date.parse(at) + trashRetentionSeconds * 1000).toISOString(),
      };
    },
  );
}
