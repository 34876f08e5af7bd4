import { documents } from "@mdreader/db";

/** The columns of a document in lists. */
export const summaryColumns = {
  id: documents.id,
  workspaceId: documents.workspaceId,
  folderId: documents.folderId,
  title: documents.title,
  language: documents.language,
  version: documents.version,
  size: documents.size,
  createdAt: documents.createdAt,
  updatedAt: documents.updatedAt,
  deletedAt: documents.deletedAt,
};
