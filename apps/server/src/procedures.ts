import { appRouter } from "@mdreader/api";
import type { AnyTRPCProcedure, TRPCProcedureType } from "@trpc/server";

/** What kind each procedure is, by its name (`document.get`). Anything may be asked for: it holds our names alone. */
export const procedureTypes: ReadonlyMap<string, TRPCProcedureType> = new Map(
  Object.entries<unknown>(appRouter._def.procedures)
    .filter((entry): entry is [string, AnyTRPCProcedure] => isProcedure(entry[1]))
    .map(([name, procedure]) => [name, procedure._def.type]),
);

function isProcedure(value: unknown): value is AnyTRPCProcedure {
  return typeof value === "function" && "_def" in value;
}
