import { appRouter } from "@mdreader/api";
import type { AnyTRPCProcedure, TRPCProcedureType } from "@trpc/server";
import { z } from "zod";

/** Each procedure by its name (`document.get`). Anything may be asked for: it holds our names alone. */
export const procedures: ReadonlyMap<string, AnyTRPCProcedure> = new Map(
  Object.entries<unknown>(appRouter._def.procedures).filter((entry): entry is [string, AnyTRPCProcedure] =>
    isProcedure(entry[1]),
  ),
);

/** What kind each procedure is. */
export const procedureTypes: ReadonlyMap<string, TRPCProcedureType> = new Map(
  Array.from(procedures, ([name, procedure]) => [name, procedure._def.type]),
);

const asPublic = z.object({ meta: z.object({ action: z.literal("public") }) });

/** Those that need no sign-in. */
export const publicProcedures: ReadonlySet<string> = new Set(
  [...procedures].flatMap(([name, { _def }]) => (asPublic.safeParse(_def).success ? name : [])),
);

function isProcedure(value: unknown): value is AnyTRPCProcedure {
  return typeof value === "function" && "_def" in value;
}
