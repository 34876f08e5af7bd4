import { maxNameLength } from "@mdreader/contract";
import { folders, type Tx } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import { findViolatedConstraint } from "../../util/database-errors.ts";
import { isInFolder } from "./in-folder.ts";

/** Throws FOLDER_NAME_TAKEN for a name conflict, and rethrows any other error. */
export function mapNameConflict(error: unknown): never {
  throw findViolatedConstraint(error) === "folders_name_key" ? new AppError("FOLDER_NAME_TAKEN") : error;
}

/** Returns `name`, or, if it is taken, the first available of "name (restored)", "name (restored 2)", and so on. */
export async function findFreeName(
  tx: Tx,
  workspaceId: string,
  parentId: string | null,
  name: string,
): Promise<string> {
  const siblings = await tx
    .select({ name: folders.name })
    .from(folders)
    .where(
      and(
        eq(folders.workspaceId, workspaceId),
        isInFolder(folders.parentId, parentId),
        isNull(folders.deletedAt),
      ),
    );
  const taken = new Set(siblings.map((sibling) => sibling.name));
  let free = name;
  for (let count = 1; taken.has(free); count += 1) {
    const suffix = count === 1 ? " (restored)" : ` (restored ${count})`;
    free = name.slice(0, maxNameLength - suffix.length).toWellFormed() + suffix;
  }
  return free;
}
