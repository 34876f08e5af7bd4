import { applyUpdates, createYDoc, getText } from "@mdreader/collab";
import type { Sql } from "@mdreader/db";

import { AppError } from "../../../errors.ts";
import { readVersionBefore } from "../../version/stored-versions.ts";

/**
 * Returns the text of a document at a version, as the base of a merge.
 *
 * The text is exact as far back as the log is retained. Before that, it is the text of the last saved version
 * before it: merging from an older base keeps the later changes of both sides, and applies identical changes once.
 *
 * @throws AppError VERSION_CONFLICT when the version does not exist, or nothing that old is retained.
 */
export async function readTextAt(sql: Sql, documentId: string, version: number): Promise<string> {
  const [snapshot] = await sql<{ seq: number; state: Uint8Array }[]>`
    select seq, state from document_snapshots
    where document_id = ${documentId} and seq <= ${version} order by seq desc limit 1`;
  const from = snapshot?.seq ?? 0;
  const entries = await sql<{ seq: number; update: Uint8Array | null }[]>`
    select seq, update from document_log
    where document_id = ${documentId} and seq > ${from} and seq <= ${version} order by seq`;
  if (entries.length === version - from) {
    const doc = createYDoc(snapshot === undefined ? [] : [snapshot.state]);
    applyUpdates(
      doc,
      entries.flatMap(({ update }) => update ?? []),
    );
    return getText(doc).toJSON().toWellFormed();
  }
  const saved = await readVersionBefore(sql, documentId, version);
  if (saved === null) throw new AppError("VERSION_CONFLICT");
  return saved.text;
}
