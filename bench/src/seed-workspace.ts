import { createId, type Sql } from "@mdreader/db";

import { documentsPerBatch, insertDocuments, type NewDocument } from "./seed-documents.ts";

const documentsPerFolder = 80;

/** A workspace whose documents are in folders, in this order. */
export interface SeededWorkspace {
  workspaceId: string;
  folders: { id: string; name: string }[];
  documents: NewDocument[];
}

/** Creates a workspace with documents of about 2 KB, in folders of 80. */
export async function seedWorkspace(
  sql: Sql,
  userId: string,
  documentCount: number,
): Promise<SeededWorkspace> {
  const workspaceId = createId();
  await sql`insert into workspaces (id, name) values (${workspaceId}, 'Library')`;
  await sql`
    insert into workspace_members (workspace_id, user_id, role) values (${workspaceId}, ${userId}, 'owner')`;
  const folders = Array.from({ length: Math.ceil(documentCount / documentsPerFolder) }, (_, n) => ({
    id: createId(),
    name: `Folder ${n}`,
  }));
  await sql`
    insert into folders (id, workspace_id, name, created_by)
    select f.id, ${workspaceId}, f.name, ${userId}
    from jsonb_to_recordset(${JSON.stringify(folders)}::text::jsonb) as f (id uuid, name text)`;
  const documents = Array.from({ length: documentCount }, (_, n) => ({
    id: createId(),
    title: `Document ${n}`,
    folderId: folders[Math.floor(n / documentsPerFolder)]?.id ?? null,
    content: `# Document ${n}\n\n${`${sentence.repeat(3)}\n\n`.repeat(9)}`,
  }));
  for (let from = 0; from < documentCount; from += documentsPerBatch)
    await insertDocuments(sql, workspaceId, userId, documents.slice(from, from + documentsPerBatch));
  await sql`vacuum analyze documents, document_log, document_clients, document_versions`;
  return { workspaceId, folders, documents };
}

const sentence = "All work and no play makes a long document, which somebody reads one day. ";
