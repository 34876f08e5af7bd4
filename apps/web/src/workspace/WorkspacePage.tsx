import { isReason } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";

import { trpc } from "../app/client.ts";
import { Frame } from "../app/frame/Frame.tsx";
import { HomeSidebar } from "../home/HomeSidebar.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { WorkspaceSidebar } from "./sidebar/WorkspaceSidebar.tsx";

/** A workspace: its sidebar, and a document, a search or another of its pages beside it. */
export function WorkspacePage() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId" });
  const workspace = useQuery(trpc.workspace.get.queryOptions({ id: workspaceId }));
  if (isReason(workspace.error, "NOT_FOUND", "BAD_INPUT")) {
    return (
      <Frame label="Workspaces" sidebar={<HomeSidebar />}>
        <NotFound />
      </Frame>
    );
  }
  return (
    <Frame label="Workspace" sidebar={<WorkspaceSidebar workspaceId={workspaceId} />}>
      <Outlet />
    </Frame>
  );
}
