import { documents, newId } from "@mdreader/db";

import { beginLog } from "../document/live/begin.ts";
import type { TestApp } from "./app.ts";
import type { Actor } from "./factories.ts";

/** A document in a workspace, written straight into the database. @returns Its id. */
export async function aDocument(
  {
    app,
    workspaceId,
    people: { owner },
  }: { app: TestApp; workspaceId: string; people: { owner: Pick<Actor, "id"> } },
  { title = "Notes", content = "" }: { title?: string; content?: string } = {},
): Promise<string> {
  const id = newId();
  await app.services.database.db.transaction(async (tx) => {
    await tx.insert(documents).values({ id, workspaceId, title, content, size: Buffer.byteLength(content) });
    await beginLog(tx, { documentId: id, workspaceId, content, authorId: owner.id });
  });
  return id;
}
