import type { FileUsage } from "@mdreader/contract";

import type { WorkspaceAccess } from "../access/authorize.ts";
import type { Services } from "../context.ts";
import { readQuota, readUsedBytes } from "./quota.ts";

/** Reads how much of its quota a workspace uses. */
export async function readFileUsage(
  { database, settings }: Pick<Services, "database" | "settings">,
  { workspaceId }: WorkspaceAccess<"file.read">,
): Promise<FileUsage> {
  return {
    usedBytes: await readUsedBytes(database.db, workspaceId),
    quotaBytes: await readQuota(database.db, settings, workspaceId),
  };
}
