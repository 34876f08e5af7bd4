import { can, policy, type Reason } from "@mdreader/contract";
import { callTRPCProcedure } from "@trpc/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../errors.ts";
import { appRouter } from "../root.ts";
import { createTestApp, type TestApp } from "../testing/index.ts";
import { rows } from "../testing/matrix/rows.ts";
import { aWorld, tries, type Try, type World } from "../testing/matrix/world.ts";
import type { ProcedureMeta } from "../trpc/init.ts";
import { toAppError } from "../trpc/errors.ts";

const procedures = Object.entries(appRouter._def.procedures);
const actionOf = (path: string): ProcedureMeta["action"] | undefined => {
  const meta: Partial<ProcedureMeta> | undefined = appRouter._def.procedures[path as never]?.["_def"]?.["meta"];
  return meta?.action;
};
void callTRPCProcedure;
void AppError;
void can;
void policy;
export type { Reason, Try, World };
export { actionOf, afterAll, aWorld, beforeAll, createTestApp, describe, expect, it, procedures, rows, toAppError, tries };
export type { TestApp };
