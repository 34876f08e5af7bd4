import { applyUpdates, createYDoc, getText } from "@mdreader/collab";
import type { SqlRunner } from "@mdreader/db";

import { AppError } from "../../../errors.ts";
import { readVersionBefore } from "../../version/stored-versions.ts";

/**
 * The text of a document at a version, for a writer that started from it.
 *
 * As far back as the log is kept, it is that text exactly. Further back it is the last saved version's before it: to
 * merge from an older base keeps what both sides have since, and does once what both did.
 *
 * @throws AppError VERSION_CONFLICT when there is no such version, or nothing is kept that is as old.
 */
export async function readTextAt(sql: SqlRunner, documentId: string, version: number): Promise<string> {
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
