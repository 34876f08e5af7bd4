import { documentClients, documentLog, documents, createId } from "@mdreader/db";

import { buildFirstEntry } from "../document/collab/store/log.ts";
import type { TestApp } from "./app.ts";
import type { TestActor } from "./factories.ts";

/** Inserts a document of a workspace directly into the database. @returns Its ID. */
export async function insertDocument(
  {
    app,
    workspaceId,
    people: { owner },
  }: { app: TestApp; workspaceId: string; people: { owner: Pick<TestActor, "id"> } },
  { title = "Notes", content = "" }: { title?: string; content?: string } = {},
): Promise<string> {
  const id = createId();
  await app.services.database.db.transaction(async (tx) => {
    await tx.insert(documents).values({ id, workspaceId, title, content, size: Buffer.byteLength(content) });
    const { update, clientId } = buildFirstEntry(content);
    const entry = {
      documentId: id,
      workspaceId,
      seq: 1,
      kind: "update" as const,
      update,
      authorId: owner.id,
    };
    await tx.insert(documentLog).values(entry);
    if (content !== "") {
      await tx.insert(documentClients).values({ documentId: id, workspaceId, clientId, userId: owner.id });
    }
  });
  return id;
}
