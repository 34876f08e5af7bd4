import { type Column, eq, isNull, type SQL, sql } from "drizzle-orm";

/** Matches items directly in a folder, or in the root for null. `column` has the ID of the item's folder. */
export const isInFolder = (column: Column, folderId: string | null): SQL =>
  folderId === null ? isNull(column) : eq(column, folderId);

/** The items of a list: those of all folders, those in the root, or those in one folder. */
export type FolderScope = "all" | "root" | "folder";

export const toFolderScope = (folderId: string | null | undefined): FolderScope =>
  folderId === undefined ? "all" : folderId === null ? "root" : "folder";

/** Matches the items of a scope in a prepared statement, whose parameter `folderId` is the folder. */
export const isInFolderScope = (column: Column, scope: FolderScope): SQL | undefined =>
  scope === "all" ? undefined : scope === "root" ? isNull(column) : eq(column, sql.placeholder("folderId"));
