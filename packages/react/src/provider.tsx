import type { AppRouter, Client } from "@mdreader/client";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { createContext, type ReactNode, use, useMemo } from "react";

/** Procedures as options of TanStack Query: `trpc.document.get.queryOptions({ id })`. */
export type TRPCOptions = TRPCOptionsProxy<AppRouter>;

/** A client, and the cache of what it has fetched. */
export interface QuerySource {
  client: Client;
  queryClient: QueryClient;
}

/** The dependencies of the hooks in this package. */
export interface MDReader extends QuerySource {
  trpc: TRPCOptions;
}

/** The dependencies of functions that change cached queries. */
export type QueryContext = Pick<MDReader, "queryClient" | "trpc">;

/**
 * Creates the options that `useTRPC` returns, for code outside of components, such as loaders of a router.
 * Create the client with `createClient`, and the query client with `new QueryClient()`.
 */
export const createTRPCOptions = (source: QuerySource): TRPCOptions =>
  createTRPCOptionsProxy<AppRouter>(source);

const MDReaderContext = createContext<MDReader | null>(null);

export interface MDReaderProviderProps extends QuerySource {
  children?: ReactNode;
}

/**
 * Provides a client and its cache to the hooks below it. Includes TanStack's `QueryClientProvider`. Create both outside
 * of components, or with `useState`.
 */
export function MDReaderProvider({ client, queryClient, children }: MDReaderProviderProps) {
  const value = useMemo(
    () => ({ client, queryClient, trpc: createTRPCOptions({ client, queryClient }) }),
    [client, queryClient],
  );
  return (
    <MDReaderContext value={value}>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </MDReaderContext>
  );
}

/** The value of the nearest provider. @throws Error without a provider. */
export function useMDReader(): MDReader {
  const value = use(MDReaderContext);
  if (value === null) throw new Error("There is no MDReaderProvider above this component.");
  return value;
}

/**
 * The procedures as options of TanStack Query, with their types:
 * `useQuery(trpc.document.get.queryOptions({ id }))`, `useMutation(trpc.document.create.mutationOptions())`,
 * `useInfiniteQuery(trpc.document.list.infiniteQueryOptions({ workspaceId }, pagedQuery))`.
 * @throws Error without a provider.
 */
export const useTRPC = (): TRPCOptions => useMDReader().trpc;

/** The client, for calls outside of the cache. @throws Error without a provider. */
export const useClient = (): Client => useMDReader().client;
