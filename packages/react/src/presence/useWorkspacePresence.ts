import type { RouterOutputs } from "@mdreader/client";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useMemo } from "react";

import { useMDReader } from "../provider.tsx";

/** A person who is in a document. */
export type PersonPresent = RouterOutputs["workspace"]["member"]["list"]["items"][number]["user"];

/** Other people, by the ID of the document they have open. */
export type WorkspacePresence = ReadonlyMap<string, readonly PersonPresent[]>;

/** Which other people are in which documents of a workspace. */
export function useWorkspacePresence(
  workspaceId: string,
  { enabled = true }: { enabled?: boolean } = {},
): WorkspacePresence {
  const { trpc } = useMDReader();
  const me = useQuery(trpc.auth.me.queryOptions(undefined, { enabled }));
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
