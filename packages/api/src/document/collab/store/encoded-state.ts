import type { Sql } from "@mdreader/db";
import * as Y from "yjs";

import { readLog } from "./log.ts";

/** The whole document at a version, as one update in the V1 encoding. */
export interface EncodedState {
  version: number;
  state: Uint8Array;
}

/**
 * Reads the whole document from its snapshot and the log after it, without building it: building takes three times
 * as long as merging the updates. Without edits since the snapshot, no merge is needed either.
 *
 * @param known A previous result, to which newer updates are added.
 * @returns Null when there is no snapshot, or a newer one was made in the meantime. Build the document in that
 *   case.
 */
export async function readEncodedState(
  sql: Sql,
  id: string,
  known: EncodedState | null,
): Promise<EncodedState | null> {
  const from = known ?? (await newestSnapshot(sql, id));
  if (from === null) return null;
  let { version } = from;
  const updates = [from.state];
  for (;;) {
    const { entries, version: newest } = await readLog(sql, id, version);
    const [first] = entries;
    if (first === undefined) {
      if (newest !== version) return null;
      break;
    }
    if (first.seq !== version + 1) return null;
    for (const { update } of entries) if (update !== null) updates.push(update);
    version = entries.at(-1)?.seq ?? version;
  }
  return { version, state: updates.length === 1 ? from.state : Y.mergeUpdates(updates) };
}

async function newestSnapshot(sql: Sql, id: string): Promise<EncodedState | null> {
  const [snapshot] = await sql<EncodedState[]>`
    select seq as version, state from document_snapshots where document_id = ${id} order by seq desc limit 1`;
  return snapshot ?? null;
}
