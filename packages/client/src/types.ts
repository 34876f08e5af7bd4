import type { AppRouter } from "@mdreader/api";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";

export type { AppRouter };

/** What each procedure takes: `RouterInputs["document"]["create"]`. */
export type RouterInputs = inferRouterInputs<AppRouter>;

/** What each procedure answers: `RouterOutputs["document"]["get"]`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;
