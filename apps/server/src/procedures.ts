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

const withoutSecrets = z.object({
  type: z.literal("query"),
  meta: z.object({ action: z.string(), hasSecretResult: z.literal(false).default(false) }),
});

/**
 * Queries whose responses may be compressed. The length of a compressed response reveals whether its text repeats a text that
 * somebody else has chosen (BREACH). Therefore, responses with tokens or signed links are excluded, and so are all mutations,
 * which include sign-in. Other sites can't make a browser send these queries: they need the authorization header, and cookies
 * don't count.
 */
export const compressibleQueries: ReadonlySet<string> = new Set(
  [...procedures].flatMap(([name, { _def }]) => (withoutSecrets.safeParse(_def).success ? name : [])),
);

function isProcedure(value: unknown): value is AnyTRPCProcedure {
  return typeof value === "function" && "_def" in value;
}
