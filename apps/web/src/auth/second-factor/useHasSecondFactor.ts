import { useQuery } from "@tanstack/react-query";

import { trpc } from "../../lib/client.ts";

/** Whether sensitive actions of the person need a code. */
export const useHasSecondFactor = (): boolean =>
  useQuery(trpc.auth.secondFactor.get.queryOptions()).data?.isEnabled ?? false;
