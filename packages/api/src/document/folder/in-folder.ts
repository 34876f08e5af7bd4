import { type Column, eq, isNull, type SQL } from "drizzle-orm";

/** Whether something lies directly in a folder, or, for null, in none. `column` says where it lies. */
export const inFolder = (column: Column, folderId: string | null): SQL =>
  folderId === null ? isNull(column) : eq(column, folderId);
