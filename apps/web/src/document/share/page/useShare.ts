import { type AppRouter, reasonOf, type RouterOutputs } from "@mdreader/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpLink } from "@trpc/client";

/** Calls are anonymous, even if someone is signed in. */
const { document: procedures } = createTRPCClient<AppRouter>({ links: [httpLink({ url: "/trpc" })] });

/** Polling interval in milliseconds, to pick up revocation and edits. */
const pollMs = 10_000;

type Shared = RouterOutputs["document"]["share"]["read"];
/** A shared document with its content. */
export type ShownDocument = Omit<Shared, "content"> & { content: string };

const key = ["share"];

/** Reads a shared document and keeps it up to date. */
export function useShare(token: string) {
  const queries = useQueryClient();
  const known = () => queries.getQueryData<ShownDocument>(key);
  const read = async (proof: { password?: string; shareToken?: string }): Promise<ShownDocument> => {
    const before = known();
    const shared = await procedures.share.read.mutate({
      token,
      ...proof,
      ...(before !== undefined && { knownVersion: before.version }),
    });
    return { ...shared, content: shared.content ?? before?.content ?? "" };
  };

  const { data, error } = useQuery({
    queryKey: key,
    queryFn: () => {
      const shareToken = known()?.shareToken ?? null;
      return read(shareToken === null ? {} : { shareToken });
    },
    // Errors from the server are final. Network failures are retried.
    retry: (failures, failure) => failures < 2 && reasonOf(failure) === null,
    refetchInterval: pollMs,
    refetchOnWindowFocus: "always",
  });
  const opening = useMutation({
    mutationFn: (password: string) => read({ password }),
    onSuccess: (shared) => queries.setQueryData(key, shared),
  });
  return { document: data, error, opening };
}
