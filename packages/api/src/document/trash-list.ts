import type { Page, TrashItem } from "@mdreader/contract";
import { documents, folders, users } from "@mdreader/db";
import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { z } from "zod";

import type { WorkspaceGate } from "../access/gate.ts";
import { cursorOf, pageOfRows } from "../pagination.ts";
import type { DomainSettings } from "../ports.ts";

/** A moment as Postgres writes it: with its microseconds, which a Date would lose. */
const moment = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/);
const trashCursor = cursorOf(z.tuple([moment, z.uuid()]));

/** What was put into the trash by itself, newest first: what went along with a folder is in that folder. */
export async function listTrash(
  gate: WorkspaceGate<"document.readTrash">,
  { trashRetention }: Pick<DomainSettings, "trashRetention">,
  { cursor, limit }: { cursor?: string | null | undefined; limit: number },
): Promise<Page<TrashItem>> {
  const { db, scope } = gate;
  const before = trashCursor.decode(cursor);
  const documentItems = db
    .select({
      id: documents.id,
      kind: sql<"document" | "folder">`'document'`.as("kind"),
      name: sql<string>`${documents.title}`.as("name"),
      deletedAt: documents.deletedAt,
      exactly: sql<string>`${documents.deletedAt}::text`.as("exactly"),
      personId: sql<string | null>`${users.id}`.as("person_id"),
      username: sql<string | null>`${users.username}`.as("username"),
      fullName: sql<string | null>`${users.fullName}`.as("full_name"),
    })
    .from(documents)
    .leftJoin(users, eq(users.id, documents.deletedBy))
    .where(
      and(
        eq(documents.workspaceId, scope.workspaceId),
        isNotNull(documents.deletedAt),
        eq(documents.deletedWith, documents.id),
        before === null
          ? undefined
          : sql`(${documents.deletedAt}, ${documents.id}) < (${before[0]}::timestamptz, ${before[1]}::uuid)`,
      ),
    )
    .orderBy(desc(documents.deletedAt), desc(documents.id))
    .limit(limit + 1);

  const folderItems = db
    .select({
      id: folders.id,
      kind: sql<"document" | "folder">`'folder'`.as("kind"),
      name: sql<string>`${folders.name}`.as("name"),
      deletedAt: folders.deletedAt,
      exactly: sql<string>`${folders.deletedAt}::text`.as("exactly"),
      personId: sql<string | null>`${users.id}`.as("person_id"),
      username: sql<string | null>`${users.username}`.as("username"),
      fullName: sql<string | null>`${users.fullName}`.as("full_name"),
    })
    .from(folders)
    .leftJoin(users, eq(users.id, folders.deletedBy))
    .where(
      and(
        eq(folders.workspaceId, scope.workspaceId),
        isNotNull(folders.deletedAt),
        eq(folders.deletedWith, folders.id),
        before === null
          ? undefined
          : sql`(${folders.deletedAt}, ${folders.id}) < (${before[0]}::timestamptz, ${before[1]}::uuid)`,
      ),
    )
    .orderBy(desc(folders.deletedAt), desc(folders.id))
    .limit(limit + 1);

  const { rows } = await gate.read(
    unionAll(documentItems, folderItems)
      .orderBy(sql`deleted_at desc, id desc`)
      .limit(limit + 1),
  );
  return pageOfRows(
    rows,
    limit,
    ({ exactly, id }) => trashCursor.encode([exactly, id]),
    ({ id, kind, name, deletedAt, personId, username, fullName }) => {
      const at = deletedAt ?? new Date(0).toISOString();
      return {
        id,
        kind,
        name,
        deletedAt: at,
        deletedBy: personId === null || username === null ? null : { id: personId, username, fullName },
        purgeAt: new Date(Date.parse(at) + trashRetention * 1000).toISOString(),
      };
    },
  );
}
