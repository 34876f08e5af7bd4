import type { RouterOutputs } from "@mdreader/client";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { createContext, use, useMemo } from "react";

import { trpc } from "../lib/client.ts";

export type Person = RouterOutputs["workspace"]["member"]["list"]["items"][number]["user"];

/** Other people by document id. */
export type WorkspacePresenceValue = ReadonlyMap<string, readonly Person[]>;

export const WorkspacePresenceContext = createContext<WorkspacePresenceValue>(new Map());

export const usePresenceContext = () => use(WorkspacePresenceContext);

/** Subscribes to the presence of other people in a workspace. */
export function useWorkspacePresence(workspaceId: string, enabled: boolean): WorkspacePresenceValue {
  const me = useQuery(trpc.auth.me.queryOptions());
  const { data } = useSubscription(
    trpc.presence.workspace.subscriptionOptions(enabled ? { workspaceId } : skipToken),
  );
  const own = me.data?.id;
  return useMemo(() => {
    const entries = (data?.people ?? [])
      .filter(({ user }) => user.id !== own)
      .flatMap(({ user, documents }) => documents.map(({ id }) => ({ id, user })));
    return new Map(
      [...Map.groupBy(entries, ({ id }) => id)].map(([id, group]) => [id, group.map(({ user }) => user)]),
    );
  }, [data, own]);
}
