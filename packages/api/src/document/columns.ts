import { documents } from "@mdreader/db";

/** What lists show of a document. */
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
