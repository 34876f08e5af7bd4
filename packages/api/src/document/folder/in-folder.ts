import { type Column, eq, isNull, type SQL } from "drizzle-orm";

/** Matches items directly in a folder, or in the root for null. `column` has the ID of the item's folder. */
export const inFolder = (column: Column, folderId: string | null): SQL =>
  folderId === null ? isNull(column) : eq(column, folderId);
