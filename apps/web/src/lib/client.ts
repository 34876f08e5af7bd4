import { type AppRouter, createClient, reasonOf } from "@mdreader/client";
import { QueryClient } from "@tanstack/react-query";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";

import { notifySignedOut, storedSession } from "./session.ts";

/** The procedures. The refresh token is in a cookie that no script can read; the access token is in memory alone. */
export const client = createClient({
  url: location.origin,
  cookie: true,
  onSessionRenewed: (session) => storedSession.set(session),
  onSignedOut: () => notifySignedOut(),
});

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server has refused it will refuse again; what did not reach it is worth another try.
      retry: (failures, error) => failures < 2 && reasonOf(error) === null,
    },
  },
});

/** The procedures as TanStack Query takes them: `useQuery(trpc.auth.me.queryOptions())`. */
export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient: queryClient });

/** How lists go on: spread into the options of an infinite query. */
export const pagedQuery = { getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor };
