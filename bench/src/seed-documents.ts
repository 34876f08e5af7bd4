import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { zstdCompressSync } from "node:zlib";

import { getText } from "@mdreader/collab";
import { createId, type Sql } from "@mdreader/db";
import * as Y from "yjs";

/** The number of documents that one statement inserts. */
export const documentsPerBatch = 500;

/** The number of documents, and their folder. */
interface SeedOptions {
  count?: number;
  folderId?: string | null;
}

/** A word in one document of a thousand, and one in all documents. */
export const words = { rare: "zugzwang", common: "common" };

/** A document of the library, with its first text. */
export interface SeededDocument {
  id: string;
  content: string;
}

/** Creates documents of about 2 KB whose word frequencies resemble those of a natural language. */
export async function seedDocuments(
  sql: Sql,
  workspaceId: string,
  userId: string,
  { count = 10_000, folderId = null }: SeedOptions = {},
): Promise<SeededDocument[]> {
  const vocabulary = Array.from({ length: 5000 }, (_, n) => `word${n.toString(36)}`);
  const random = createRandom(42);
  const text = (n: number) => {
    const chosen = Array.from(
      { length: 300 },
      () => vocabulary[Math.floor(vocabulary.length ** random()) - 1],
    );
    return `# Document ${n}\n\n${words.common} ${n % 1000 === 0 ? words.rare : ""} ${chosen.join(" ")}\n`;
  };
  const library: SeededDocument[] = [];
  for (let from = 0; from < count; from += documentsPerBatch) {
    const batch = Array.from({ length: Math.min(documentsPerBatch, count - from) }, (_, n) => ({
      id: createId(),
      title: `Document ${from + n}`,
      folderId,
      content: text(from + n),
    }));
    await insertDocuments(sql, workspaceId, userId, batch);
    library.push(...batch);
  }
  await sql`vacuum analyze documents, document_log, document_clients, document_versions`;
  return library;
}

/** Waits until the server has indexed all documents. */
export async function waitForSearchIndex(sql: Sql): Promise<void> {
  while ((await sql`select 1 from document_search_queue limit 1`).length > 0) await delay(200);
}

/** Prepares the search index for measurements: it has all documents, and its tables are vacuumed. */
export async function prepareSearchIndex(sql: Sql): Promise<void> {
  await waitForSearchIndex(sql);
  await sql`vacuum analyze document_search, document_search_queue`;
}

/** A document to be inserted. */
export interface NewDocument extends SeededDocument {
  title: string;
  folderId: string | null;
}

/** Inserts documents with their first log entry and version, so that they can be edited. */
export async function insertDocuments(
  sql: Sql,
  workspaceId: string,
  userId: string,
  documents: readonly NewDocument[],
): Promise<void> {
  const rows = documents.map((one) => ({ ...one, ...createFirstEntries(one.content) }));
  await sql`
    with d as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
        as d (id uuid, title text, "folderId" uuid, content text, update text, client bigint, body text, hash text)
    ), created as (
      insert into documents (id, workspace_id, folder_id, title, content, size, created_by, history_number, history_version)
      select id, ${workspaceId}, "folderId", title, content, octet_length(content), ${userId}, 1, 1 from d
    ), logged as (
      insert into document_log (document_id, workspace_id, seq, kind, update, author_id)
      select id, ${workspaceId}, 1, 'update', decode(update, 'base64'), ${userId} from d
    ), new_client as (
      insert into document_clients (document_id, workspace_id, client_id, user_id)
      select id, ${workspaceId}, client, ${userId} from d
    )
    insert into document_versions (document_id, workspace_id, number, document_version, title, body, size, hash, reason, authors)
    select id, ${workspaceId}, 1, 1, title, decode(body, 'base64'), octet_length(content), decode(hash, 'base64'), 'created',
      jsonb_build_array(jsonb_build_object('userId', ${userId}::text, 'tool', null))
    from d`;
}

/** The first log entry and the first version of a document. */
function createFirstEntries(content: string) {
  const doc = new Y.Doc();
  getText(doc).insert(0, content);
  return {
    client: doc.clientID,
    update: Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64"),
    body: zstdCompressSync(content).toString("base64"),
    hash: createHash("sha256").update(content).digest("base64"),
  };
}

/** Returns the same pseudorandom numbers in every run. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
