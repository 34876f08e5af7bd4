import { appRouter } from "@mdreader/api";
import type { AnyTRPCProcedure, TRPCProcedureType } from "@trpc/server";
import { z } from "zod";

/** All procedures by name, such as `document.get`. A map, so that names from requests find only procedures. */
export const procedures: ReadonlyMap<string, AnyTRPCProcedure> = new Map(
  Object.entries<unknown>(appRouter._def.procedures).filter((entry): entry is [string, AnyTRPCProcedure] =>
    isProcedure(entry[1]),
  ),
);

/** The type of each procedure. */
export const procedureTypes: ReadonlyMap<string, TRPCProcedureType> = new Map(
  Array.from(procedures, ([name, procedure]) => [name, procedure._def.type]),
);

const asPublic = z.object({ meta: z.object({ action: z.literal("public") }) });

/** Procedures that require no sign-in. */
export const publicProcedures: ReadonlySet<string> = new Set(
  [...procedures].flatMap(([name, { _def }]) => (asPublic.safeParse(_def).success ? name : [])),
);

function isProcedure(value: unknown): value is AnyTRPCProcedure {
  return typeof value === "function" && "_def" in value;
}
