import { createYDoc, setText } from "@mdreader/collab";
import { documentClients, documentLog, type Tx } from "@mdreader/db";
import * as Y from "yjs";

/** Creates a new document's log. Its first entry, version 1, is the initial text, which may be empty. */
export async function initializeLog(
  tx: Tx,
  {
    documentId,
    workspaceId,
    content,
    authorId,
    tool = null,
  }: { documentId: string; workspaceId: string; content: string; authorId: string; tool?: string | null },
): Promise<void> {
  const doc = createYDoc();
  setText(doc, content);
  await tx.insert(documentLog).values({
    documentId,
    workspaceId,
    seq: 1,
    kind: "update",
    update: Y.encodeStateAsUpdate(doc),
    authorId,
    tool,
  });
  if (content !== "") {
    await tx
      .insert(documentClients)
      .values({ documentId, workspaceId, clientId: doc.clientID, userId: authorId });
  }
}
