import type { RouterOutputs } from "@mdreader/client";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { createContext, use, useMemo } from "react";

import { trpc } from "../../app/client.ts";

export type Person = RouterOutputs["workspace"]["member"]["list"]["items"][number]["user"];

/** Who else is in which document. */
export type Where = ReadonlyMap<string, readonly Person[]>;

export const WhereContext = createContext<Where>(new Map());

export const useWhere = () => use(WhereContext);

/** Follows who is where in a workspace, but for the reader. */
export function useFollowWhere(workspaceId: string, enabled: boolean): Where {
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
      [...Map.groupBy(entries, ({ id }) => id)].map(([id, there]) => [id, there.map(({ user }) => user)]),
    );
  }, [data, own]);
}
