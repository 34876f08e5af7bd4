import { isReason } from "@mdreader/client";
import { useWorkspaceEvents, useWorkspacePresence } from "@mdreader/react";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { WorkspaceImport } from "../document/transfer/WorkspaceImport.tsx";
import { type UnsentText, UnsentTextContext } from "../document/useUnsentText.ts";
import { AppFrame } from "../layout/AppFrame.tsx";
import { trpc } from "../lib/client.ts";
import { WorkspacePresenceContext } from "../presence/presence-context.ts";
import { NotFound } from "../ui/NotFound.tsx";
import { UnsavedText } from "../ui/UnsavedText.tsx";
import { WorkspaceNameContext } from "../ui/workspace-name.ts";
import { HomeSidebar } from "./home/HomeSidebar.tsx";
import { SecondFactorNeeded } from "./SecondFactorNeeded.tsx";
import { useRememberOpen } from "./shortcut/recent.ts";
import { moveStoredFavorites } from "./shortcut/stored-favorites.ts";
import { WorkspaceSidebar } from "./sidebar/WorkspaceSidebar.tsx";

/** A workspace: the sidebar and the current page. */
export function WorkspacePage() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId" });
  const { documentId } = useParams({ strict: false });
  const [unsent, setUnsent] = useState<UnsentText | null>(null);
  const workspace = useQuery(trpc.workspace.get.queryOptions({ id: workspaceId }));
  useWorkspaceEvents(workspaceId, { enabled: workspace.isSuccess });
  const where = useWorkspacePresence(workspaceId, { enabled: workspace.isSuccess });
  useRememberOpen();
  const { isSuccess } = workspace;
  useEffect(() => {
    if (isSuccess) moveStoredFavorites(workspaceId).catch(() => {}); // offline: the next start tries again
  }, [workspaceId, isSuccess]);
  if (isReason(workspace.error, "NOT_FOUND", "BAD_INPUT")) {
    return (
      <AppFrame label="Workspaces" sidebar={<HomeSidebar />}>
        <NotFound>
          {/* The workspace was deleted, or the person removed, while they were typing in it. */}
          {unsent !== null && unsent.documentId === documentId && <UnsavedText text={unsent.text} />}
        </NotFound>
      </AppFrame>
    );
  }
  if (isReason(workspace.error, "WORKSPACE_SECOND_FACTOR_REQUIRED")) {
    return (
      <AppFrame label="Workspaces" sidebar={<HomeSidebar />}>
        <SecondFactorNeeded workspaceId={workspaceId} />
      </AppFrame>
    );
  }
  return (
    <WorkspacePresenceContext value={where}>
      <WorkspaceNameContext value={workspace.data?.name ?? null}>
        <AppFrame
          label="Workspace"
          sidebar={<WorkspaceSidebar key={workspaceId} workspaceId={workspaceId} />}
        >
          <UnsentTextContext value={setUnsent}>
            <Outlet />
          </UnsentTextContext>
          <WorkspaceImport workspaceId={workspaceId} />
        </AppFrame>
      </WorkspaceNameContext>
    </WorkspacePresenceContext>
  );
}
