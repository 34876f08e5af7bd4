import type { WorkspaceState } from "@mdreader/contract";
import { workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import { AppError } from "../errors.ts";
import { workspaceColumns } from "./columns.ts";

/** The workspace, with the caller's role and the number of its newest event. */
export async function getWorkspace(check: WorkspaceCheck<"workspace.read">): Promise<WorkspaceState> {
  const { access, rows } = await check.selectPrepared("workspace.get", () =>
    check.db
      .select({ ...workspaceColumns, eventSeq: workspaces.lastEventSeq })
      .from(workspaces)
      .where(eq(workspaces.id, check.subject.workspaceId)),
  );
  const [row] = rows;
  if (row === undefined) throw new AppError("NOT_FOUND");
  return { ...row, role: access.role };
}
