import { fileUploads } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import type { Services } from "../context.ts";

/** Deletes an unfinished upload and its received bytes. A completed upload remains. */
export async function cancelUpload({ database, storage }: Services, id: string): Promise<void> {
  const deleted = await database.db
    .delete(fileUploads)
    .where(and(eq(fileUploads.id, id), isNull(fileUploads.completedAt)))
    .returning({ id: fileUploads.id });
  if (deleted.length > 0) await storage.deleteDraft(id);
}
