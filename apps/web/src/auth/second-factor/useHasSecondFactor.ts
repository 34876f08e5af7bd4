import { useQuery } from "@tanstack/react-query";

import { queryClient, trpc } from "../../lib/client.ts";

/** Whether sensitive actions of the person need a code. */
export const useHasSecondFactor = (): boolean =>
  useQuery(trpc.auth.secondFactor.get.queryOptions()).data?.isEnabled ?? false;

/** Whether the person has set up a second factor, as far as the server answers. */
export async function fetchHasSecondFactor(): Promise<boolean> {
  try {
    return (await queryClient.fetchQuery(trpc.auth.secondFactor.get.queryOptions())).isEnabled;
  } catch {
    return false;
  }
}
