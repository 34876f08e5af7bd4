import { randomBytes } from "node:crypto";

import { type Action, can, policy, type Reason, type Scope, scopes } from "@mdreader/contract";
import { apiKeys, createId } from "@mdreader/db";
import {
  type AnyTRPCProcedure,
  callTRPCProcedure,
  getTRPCErrorShape,
  TRPCError,
  type TRPCErrorShape,
} from "@trpc/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Credential } from "../context.ts";
import { appRouter } from "../root.ts";
import { createTestApp, type TestApp } from "../testing/index.ts";
import {
  createMatrixFixture,
  matrixActors,
  type MatrixActor,
  type MatrixFixture,
} from "../testing/matrix/fixture.ts";
import { rows } from "../testing/matrix/rows.ts";
import { toAppError } from "../trpc/errors.ts";

/** Every procedure × everyone who may try it, generated from the router and the policy table. */

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const procedures = new Map(
  Object.entries<unknown>(appRouter._def.procedures).map(([path, found]) => [path, asProcedure(path, found)]),
);

/** What `_def.procedures` holds at run time, by path; its type is that of the nested routers. */
function asProcedure(path: string, found: unknown): AnyTRPCProcedure {
  if (!isProcedure(found)) throw new Error(`${path} is not a procedure`);
  return found;
}

function isProcedure(found: unknown): found is AnyTRPCProcedure {
  return typeof found === "function" && "_def" in found;
}

/** The action that a procedure says it is; null where it says none that the policy knows. */
function actionOf(procedure: AnyTRPCProcedure): Action | "public" | null {
  const { meta } = procedure._def;
  if (typeof meta !== "object" || meta === null || !("action" in meta)) return null;
  return isAction(meta.action) || meta.action === "public" ? meta.action : null;
}

function isAction(action: unknown): action is Action {
  return typeof action === "string" && Object.hasOwn(policy, action);
}

describe("every procedure", () => {
  it("says which action it is", () => {
    const silent = [...procedures].filter(([, procedure]) => actionOf(procedure) === null);
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it("has a row in testing/matrix, and no row is left over", () => {
    expect(Object.keys(rows).toSorted()).toEqual([...procedures.keys()].toSorted());
  });
});

/** How a call fails, as the caller is told: what is told apart here, an outsider can tell apart. */
interface Failure {
  reason: Reason;
  shape: TRPCErrorShape;
}

/** Calls a procedure. @returns Null when it succeeds. */
async function call(path: string, credential: Credential, input: unknown): Promise<Failure | null> {
  const procedure = asProcedure(path, procedures.get(path));
  const { type } = procedure._def;
  const ctx = app.context(credential);
  try {
    const result: unknown = await callTRPCProcedure({
      router: appRouter,
      path,
      type,
      ctx,
      getRawInput: async () => input,
      signal: undefined,
      batchIndex: 0,
    });
    await close(result);
    return null;
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    const { _config: config } = appRouter._def;
    return {
      reason: toAppError(error).reason,
      shape: getTRPCErrorShape({ config, error, type, path, input, ctx }),
    };
  }
}

/** Ends a subscription. Its access was checked before it began. */
async function close(result: unknown): Promise<void> {
  if (isSubscription(result)) await result[Symbol.asyncIterator]().return?.();
}

function isSubscription(result: unknown): result is AsyncIterable<unknown> {
  return typeof result === "object" && result !== null && Symbol.asyncIterator in result;
}

/** Refusals that say nothing about access: whoever gets one was let in. */
const refusedOtherwise = new Set<Reason>(["LAST_OWNER", "BAD_CREDENTIALS"]);

const answerOf = (failure: Failure | null): Reason | "passes" =>
  failure === null || refusedOtherwise.has(failure.reason) ? "passes" : failure.reason;

const credentialOf = ({ people }: MatrixFixture, who: MatrixActor): Credential =>
  who === "nobody" ? { kind: "none" } : people[who].credential;

const inputOf = async (path: string, world: MatrixFixture, who: MatrixActor): Promise<unknown> =>
  await rows[path]?.(world, who);

/** What the policy says that each must be told. */
function expected(action: Action | "public" | null, who: MatrixActor): Reason | "passes" {
  if (action === "public" || action === null) return "passes";
  if (who === "nobody") return "UNAUTHENTICATED";
  if (policy[action].role === null) return "passes";
  if (who === "outsider" || who === "removed") return "NOT_FOUND";
  return can(who, action) ? "passes" : "ROLE_TOO_LOW";
}

/** Those without a row are named above. */
const cells = [...procedures].flatMap(([path, procedure]) =>
  Object.hasOwn(rows, path) ? { path, action: actionOf(procedure) } : [],
);

describe.each(cells)("$path", ({ path, action }) => {
  it("lets in whom the policy lets in, and nobody else", async () => {
    const answers: [MatrixActor, Reason | "passes"][] = [];
    for (const who of matrixActors) {
      const world = await createMatrixFixture(app);
      answers.push([
        who,
        answerOf(await call(path, credentialOf(world, who), await inputOf(path, world, who))),
      ]);
    }
    expect(answers).toEqual(matrixActors.map((who) => [who, expected(action, who)]));
  });

  if (action === null || action === "public") return;
  const { role, scope } = policy[action];

  if (role !== null) {
    it.each(["outsider", "removed"] as const)("answers %s as if there were nothing", async (who) => {
      const world = await createMatrixFixture(app);
      const input = await inputOf(path, world, who);
      const foreign = await call(path, credentialOf(world, who), input);
      expect(foreign?.reason).toBe("NOT_FOUND");
      expect(await call(path, credentialOf(world, who), withUnknownIds(input))).toEqual(foreign);
    });
  }

  if (scope === "session") {
    it("is for people, not for API keys", async () => {
      expect(await callWithKey(path, scopes)).toBe("ACCOUNT_SESSION_REQUIRED");
    });
  } else {
    it(`needs a key to have the scope "${scope}", and nothing more`, async () => {
      const without = scopes.filter((other) => other !== scope);
      expect(await callWithKey(path, without)).toBe("SCOPE_MISSING");
      expect(await callWithKey(path, [scope])).toBe("passes");
    });
  }
});

/** Calls with an API key of a workspace's owner. */
async function callWithKey(path: string, carried: readonly Scope[]): Promise<Reason | "passes"> {
  const world = await createMatrixFixture(app);
  const secretHash = randomBytes(32);
  await app.services.database.db
    .insert(apiKeys)
    .values({ userId: world.people.owner.id, name: "key", scopes: [...carried], secretHash, hint: "mdr_" });
  return answerOf(await call(path, { kind: "apiKey", secretHash }, await inputOf(path, world, "owner")));
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The same input about things that do not exist. */
function withUnknownIds(input: unknown): unknown {
  if (typeof input === "string") return uuid.test(input) ? createId() : input;
  if (Array.isArray(input)) return input.map(withUnknownIds);
  if (typeof input !== "object" || input === null || input instanceof Uint8Array) return input;
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, withUnknownIds(value)]));
}
