import type { SavedVersion, VersionWithText } from "@mdreader/contract";
import { type Db, documentVersions } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";

import type { DocumentCheck } from "../../access/resource-checks.ts";
import { AppError } from "../../errors.ts";
import { versionColumns } from "./columns.ts";
import { decodeBodyText } from "./delta-compression.ts";

const keyframes = alias(documentVersions, "keyframe");

/** Reads a saved version with its text. @throws AppError NOT_FOUND when the version does not exist. */
export async function getVersion(
  check: DocumentCheck<"document.readHistory">,
  number: number,
): Promise<VersionWithText> {
  const { rows } = await check.selectPrepared(
    "version",
    () =>
      check.db
        .select({
          ...versionColumns,
          body: documentVersions.body,
          keyframe: sql<Uint8Array | null>`${keyframes.body}`.as("keyframe_body"),
        })
        .from(documentVersions)
        .leftJoin(
          keyframes,
          and(
            eq(keyframes.documentId, documentVersions.documentId),
            eq(keyframes.number, documentVersions.base),
          ),
        )
        .where(
          and(
            eq(documentVersions.documentId, check.subject.id),
            eq(documentVersions.number, sql.placeholder("number")),
          ),
        ),
    { number },
  );
  const [row] = rows;
  if (row === undefined) throw new AppError("NOT_FOUND");
  const { body, keyframe, ...version } = row;
  return { ...version, content: decodeBodyText(body, keyframe) };
}

/** Reads a saved version without its text. Callers check access. @throws AppError NOT_FOUND */
export async function describeVersion(db: Db, documentId: string, number: number): Promise<SavedVersion> {
  const [row] = await db
    .select(versionColumns)
    .from(documentVersions)
    .where(and(eq(documentVersions.documentId, documentId), eq(documentVersions.number, number)));
  if (row === undefined) throw new AppError("NOT_FOUND");
  return row;
}
