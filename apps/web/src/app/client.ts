import { createClient } from "@mdreader/client";
import { QueryClient } from "@tanstack/react-query";

import { signedOut } from "./session.ts";

/** The procedures. The refresh token is in a cookie that no script can read; the access token is in memory alone. */
export const client = createClient({ url: location.origin, cookie: true, onSignedOut: () => signedOut() });

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server has refused it will refuse again; what did not reach it is worth another try.
      retry: (failures, error) => failures < 2 && !("data" in error && error.data),
    },
  },
});
