import { useQuery } from "@tanstack/react-query";

import { trpc } from "../../lib/client.ts";

/** Assumed if the server can't be asked. */
const passwordOnly = { acceptsPasswords: true, acceptsPasskeys: false, providers: [] };

/** The ways to sign in to this server; undefined until they are known. */
export function useSignInOptions() {
  const options = useQuery(trpc.auth.signInOptions.queryOptions(undefined, { staleTime: Infinity }));
  return options.data ?? (options.isError ? passwordOnly : undefined);
}
