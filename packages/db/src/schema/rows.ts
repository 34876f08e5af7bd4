import type { authSessions } from "./auth/session.ts";
import type { documents } from "./document/document.ts";
import type { folders } from "./document/folder.ts";
import type { files, fileUploads } from "./file.ts";

export type AuthSessionRow = typeof authSessions.$inferSelect;
export type FolderRow = typeof folders.$inferSelect;
/** A document without its text, which is read only where needed. */
export type DocumentRow = Omit<typeof documents.$inferSelect, "content">;
export type FileRow = typeof files.$inferSelect;
export type UploadRow = typeof fileUploads.$inferSelect;
