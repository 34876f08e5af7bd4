import type { EmptyResult } from "@mdreader/contract";

import type { WorkspaceAccess } from "../access/authorize.ts";
import type { Context } from "../context.ts";
import { removeFromWorkspace } from "./member/remove.ts";

/** Ends the caller's own membership. @throws AppError LAST_OWNER. */
export function leaveWorkspace(
  ctx: Context,
  access: WorkspaceAccess<"workspace.leave">,
): Promise<EmptyResult> {
  return removeFromWorkspace(ctx, "workspace.leave", access, access.caller.userId);
}
