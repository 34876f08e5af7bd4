import type { Database } from "@mdreader/db";
import * as Y from "yjs";

import { readLog } from "./log.ts";

/** All of a document as one update in the V1 encoding, as it is at a version. */
export interface EncodedState {
  version: number;
  state: Uint8Array;
}

type Sql = Database["sql"];

/**
 * All of a document, from its snapshot and the log after it. Who opens it needs no document here, and building one takes
 * three times as long as merging the updates; where nothing has been edited since the snapshot, not even that is done.
 *
 * @param known What has been put together before: what has come since is added to it.
 * @returns Null where there is no snapshot, or a newer one has been made meanwhile: then the document is to be built.
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
