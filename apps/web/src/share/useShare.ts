import { type AppRouter, reasonOf, type RouterOutputs } from "@mdreader/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpLink } from "@trpc/client";

/** Calls as nobody: who is signed in here is of no concern. */
const { document: procedures } = createTRPCClient<AppRouter>({ links: [httpLink({ url: "/trpc" })] });

/** Milliseconds after which an open page asks again: what was revoked is gone by then, what was written is there. */
const interval = 10_000;

type Shared = RouterOutputs["document"]["share"]["read"];
/** What is shown. Its text is there. */
export type ShownDocument = Omit<Shared, "content"> & { content: string };

const key = ["share"];

/** Reads a shared document, and keeps to how it is. */
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
    // Whether it was refused is seen at once; what did not reach the server is tried again.
    retry: (failures, failure) => failures < 2 && reasonOf(failure) === null,
    refetchInterval: interval,
    refetchOnWindowFocus: "always",
  });
  const opening = useMutation({
    mutationFn: (password: string) => read({ password }),
    onSuccess: (shared) => queries.setQueryData(key, shared),
  });
  return { document: data, error, opening };
}
