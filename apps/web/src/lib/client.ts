import { createClient } from "@mdreader/client";
import { createTRPCOptions, shouldRetry } from "@mdreader/react";
import { QueryClient } from "@tanstack/react-query";

import { recordFailedCall } from "./failed-call.ts";
import { notifyNewVersion } from "./new-version.ts";
import { persistQuery, retryInterval } from "./offline-queries.ts";
import { notifySignedOut, sessionEnd, storedSession } from "./session.ts";

/** The API client. The refresh token is in an HttpOnly cookie; the access token is only in memory. */
export const client = createClient({
  url: location.origin,
  cookie: true,
  onSessionRenewed(session) {
    sessionEnd.set(null);
    storedSession.set(session);
  },
  onError: recordFailedCall,
  onSignedOut: notifySignedOut,
  onVersionMismatch: ({ older }) => older === "client" && notifyNewVersion(),
});

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A query runs even if the browser is offline, because its result may be stored.
      networkMode: "offlineFirst",
      persister: persistQuery,
      refetchInterval: retryInterval,
      retry: shouldRetry,
    },
  },
});

/** TanStack Query options for the procedures: `useQuery(trpc.auth.me.queryOptions())`. */
export const trpc = createTRPCOptions({ client, queryClient });
