import type { AppRouter, Client } from "@mdreader/client";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { createContext, type ReactNode, use, useMemo } from "react";

/** Procedures as options of TanStack Query. */
export type TRPCOptions = TRPCOptionsProxy<AppRouter>;

/** A client, and the cache of what it has fetched. */
export interface QuerySource {
  client: Client;
  queryClient: QueryClient;
}

/** What the hooks work with. */
export interface MDReader extends QuerySource {
  trpc: TRPCOptions;
}

/** What functions need that change cached queries. */
export type QueryContext = Pick<MDReader, "queryClient" | "trpc">;

/** Creates the options that `useTRPC` returns, for code outside of components. */
export const createTRPCOptions = (source: QuerySource): TRPCOptions =>
  createTRPCOptionsProxy<AppRouter>(source);

const MDReaderContext = createContext<MDReader | null>(null);

/** Provides a client and its cache to the hooks below it. Includes TanStack's `QueryClientProvider`. */
export function MDReaderProvider({ client, queryClient, children }: QuerySource & { children?: ReactNode }) {
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

export function useMDReader(): MDReader {
  const value = use(MDReaderContext);
  if (value === null) throw new Error("There is no MDReaderProvider above this component.");
  return value;
}
