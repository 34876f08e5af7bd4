import type { Client } from "@mdreader/client";
import { connect } from "@mdreader/db";

import { download, sha256 } from "../../files.ts";
import type { WriterActions } from "./work.ts";

/** Finds documents whose log has a gap, or does not end at the document's version. */
export async function findGaps(databaseUrl: string, documentIds: readonly string[]): Promise<string[]> {
  const database = connect(databaseUrl, { poolSize: 1, applicationName: "torture" });
  try {
    const rows = await database.sql<{ id: string }[]>`
      select d.id from documents d
      left join lateral (
        select min(seq) as first, max(seq) as last, count(*) as entries from document_log where document_id = d.id
      ) log on true
      where d.id = any(${documentIds}::uuid[])
        and (log.last is distinct from d.version or log.last - log.first + 1 <> log.entries)`;
    return rows.map(({ id }) => id);
  } finally {
    await database.close();
  }
}

/** Finds acknowledged uploads that cannot be read or have other bytes. */
export async function findBroken(client: Client, uploads: WriterActions["uploads"]): Promise<string[]> {
  const broken: string[] = [];
  for (const { id, hash } of uploads) {
    const answer = await download(client, id);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (!answer.ok || sha256(bytes) !== hash) broken.push(id);
  }
  return broken;
}
