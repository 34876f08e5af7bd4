import { type Action, can } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";

import { trpc } from "../lib/client.ts";

/** A workspace and the reader's permissions. The server checks them again on each call. */
export function useWorkspace(workspaceId: string) {
  const { data } = useQuery(trpc.workspace.get.queryOptions({ id: workspaceId }));
  return {
    workspace: data,
    role: data?.role ?? null,
    may: (action: Action) => can(data?.role ?? null, action),
  };
}
