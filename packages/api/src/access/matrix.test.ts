import { randomBytes } from "node:crypto";

import { type Action, can, policy, type Reason, type Scope, scopes } from "@mdreader/contract";
import { apiKeys, createId, secondFactors, workspaces } from "@mdreader/db";
import {
  type AnyTRPCProcedure,
  callTRPCProcedure,
  getTRPCErrorShape,
  TRPCError,
  type TRPCErrorShape,
} from "@trpc/server";
import { eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import { appRouter } from "../root.ts";
import { insertWorkspace, type TestApp } from "../testing/index.ts";
import {
  createMatrixFixture,
  matrixActors,
  type MatrixActor,
  type MatrixFixture,
} from "../testing/matrix/fixture.ts";
import { rows } from "../testing/matrix/rows.ts";
import { test } from "../testing/test.ts";
import { toAppError } from "../trpc/errors.ts";
import type { Credential } from "./identity.ts";

/** Every procedure × every actor, generated from the router and the policy table. */

const procedures = new Map(
  Object.entries<unknown>(appRouter._def.procedures).map(([path, found]) => [path, asProcedure(path, found)]),
);

/**
 * Narrows an entry of `_def.procedures`, which has the paths as keys at run time. Its type is that of the nested
 * routers.
 */
function asProcedure(path: string, found: unknown): AnyTRPCProcedure {
  if (!isProcedure(found)) throw new Error(`${path} is not a procedure`);
  return found;
}

function isProcedure(found: unknown): found is AnyTRPCProcedure {
  return typeof found === "function" && "_def" in found;
}

/** Returns the action that a procedure declares; null if it declares none, or one that the policy does not contain. */
function actionOf(procedure: AnyTRPCProcedure): Action | "public" | null {
  const { meta } = procedure._def;
  if (typeof meta !== "object" || meta === null || !("action" in meta)) return null;
  return isAction(meta.action) || meta.action === "public" ? meta.action : null;
}

function isAction(action: unknown): action is Action {
  return typeof action === "string" && Object.hasOwn(policy, action);
}

describe("every procedure", () => {
  test("declares its action", () => {
    const silent = [...procedures].filter(([, procedure]) => actionOf(procedure) === null);
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  test("has a row in testing/matrix, and each row has a procedure", () => {
    expect(Object.keys(rows).toSorted()).toEqual([...procedures.keys()].toSorted());
  });
});

/** A failure as callers see it. Differences between two failures are visible to outsiders. */
interface Failure {
  reason: Reason;
  shape: TRPCErrorShape;
}

/** Calls a procedure. @returns Null on success. */
async function call(
  { app }: Pick<MatrixFixture, "app">,
  path: string,
  credential: Credential,
  input: unknown,
): Promise<Failure | null> {
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

/** Ends a subscription. Its access was checked before it started. */
async function close(result: unknown): Promise<void> {
  if (isSubscription(result)) await result[Symbol.asyncIterator]().return?.();
}

function isSubscription(result: unknown): result is AsyncIterable<unknown> {
  return typeof result === "object" && result !== null && Symbol.asyncIterator in result;
}

/** Reasons that are unrelated to access: a call that fails with one has passed the access check. */
const refusedOtherwise = new Set<Reason>(["LAST_OWNER", "BAD_CREDENTIALS"]);

const answerOf = (failure: Failure | null): Reason | "passes" =>
  failure === null || refusedOtherwise.has(failure.reason) ? "passes" : failure.reason;

const credentialOf = ({ people }: MatrixFixture, who: MatrixActor): Credential =>
  who === "nobody" ? { kind: "none" } : people[who].credential;

const inputOf = async (path: string, fixture: MatrixFixture, who: MatrixActor): Promise<unknown> =>
  await rows[path]?.(fixture, who);

/** Returns the result that the policy requires for an actor. */
function expected(action: Action | "public" | null, who: MatrixActor): Reason | "passes" {
  if (action === "public" || action === null) return "passes";
  if (who === "nobody") return "UNAUTHENTICATED";
  const { role } = policy[action];
  if (role === null) return "passes";
  if (role === "superuser") return who === "superuser" ? "passes" : "SUPERUSER_REQUIRED";
  // A superuser has no access to workspaces.
  if (who === "outsider" || who === "removed" || who === "superuser") return "NOT_FOUND";
  return can(who, action) ? "passes" : "ROLE_TOO_LOW";
}

/** Makes a call in a fixture. @returns Its failure; null on success. */
type CallIn = (fixture: MatrixFixture) => Promise<Failure | null>;

/**
 * Creates a function that makes the calls of one procedure, each in a fixture that no earlier call has changed: calls that
 * only read, or are refused, leave theirs to the next one.
 */
function createWorlds(path: string): (app: TestApp, callIn: CallIn) => Promise<Failure | null> {
  const changesNothing = asProcedure(path, procedures.get(path))._def.type !== "mutation";
  let unchanged: MatrixFixture | null = null;
  return async (app, callIn) => {
    const fixture = unchanged ?? (await createMatrixFixture(app));
    unchanged = null;
    const failure = await callIn(fixture);
    if (changesNothing || failure !== null) unchanged = fixture;
    return failure;
  };
}

/** Makes a workspace require a second factor, which its owner hasn't got; or no longer. */
async function requireSecondFactor({ app, workspaceId, people }: MatrixFixture, isRequired: boolean) {
  const { db } = app.services.database;
  await db.delete(secondFactors).where(eq(secondFactors.userId, people.owner.id));
  await db.update(workspaces).set({ secondFactorRequired: isRequired }).where(eq(workspaces.id, workspaceId));
}

/** Procedures without a row are reported above. */
const cells = [...procedures].flatMap(([path, procedure]) =>
  Object.hasOwn(rows, path) ? { path, action: actionOf(procedure) } : [],
);

describe.each(cells)("$path", ({ path, action }) => {
  const runInWorld = createWorlds(path);

  test("admits the actors that the policy admits, and no others", async ({ app }) => {
    const answers: [MatrixActor, Reason | "passes"][] = [];
    for (const who of matrixActors) {
      const failure = await runInWorld(app, async (fixture) =>
        call(fixture, path, credentialOf(fixture, who), await inputOf(path, fixture, who)),
      );
      answers.push([who, answerOf(failure)]);
    }
    expect(answers).toEqual(matrixActors.map((who) => [who, expected(action, who)]));
  });

  if (action === null || action === "public") return;
  const { role, scope, allowsMissingFactor } = policy[action];

  if (role !== null && role !== "superuser") {
    test.for(["outsider", "removed", "superuser"] as const)(
      "hides existing resources: %s",
      async (who, { app }) => {
        await runInWorld(app, async (fixture) => {
          const input = await inputOf(path, fixture, who);
          const foreign = await call(fixture, path, credentialOf(fixture, who), input);
          expect(foreign?.reason).toBe("NOT_FOUND");
          expect(await call(fixture, path, credentialOf(fixture, who), withUnknownIds(input))).toEqual(
            foreign,
          );
          return foreign;
        });
      },
    );
  }

  if (role !== null && role !== "superuser") {
    const ofMember = allowsMissingFactor === true ? "passes" : "WORKSPACE_SECOND_FACTOR_REQUIRED";
    const verb = allowsMissingFactor === true ? "works" : "is refused";
    test(`${verb} without the second factor that the workspace requires, and is hidden from outsiders`, async ({
      app,
    }) => {
      await runInWorld(app, async (fixture) => {
        const { owner, viewer, outsider } = fixture.people;
        const input = await inputOf(path, fixture, "owner");
        // An upload, for instance, belongs to the member who started it.
        const viewersInput = await inputOf(path, fixture, "viewer");
        await requireSecondFactor(fixture, true);
        const failures = [
          await call(fixture, path, owner.credential, input),
          await call(fixture, path, viewer.credential, viewersInput),
          await call(fixture, path, outsider.credential, input),
        ];
        await requireSecondFactor(fixture, false);
        expect(failures.map(answerOf)).toEqual([ofMember, ofMember, "NOT_FOUND"]);
        return failures.includes(null) ? null : (failures[0] ?? null);
      });
    });
  }

  const callWithKey = async (app: TestApp, ...key: [readonly Scope[], limit?: "own" | "other"]) =>
    answerOf(await runInWorld(app, (fixture) => callWithNewKey(fixture, path, holder, ...key)));

  const holder = role === "superuser" ? "superuser" : "owner";
  if (scope === "session") {
    test("rejects API keys", async ({ app }) => {
      expect(await callWithKey(app, scopes)).toBe("ACCOUNT_SESSION_REQUIRED");
    });
  } else {
    test(`requires the scope "${scope}" of an API key, and no other`, async ({ app }) => {
      const without = scopes.filter((other) => other !== scope);
      expect(await callWithKey(app, without)).toBe("SCOPE_MISSING");
      expect(await callWithKey(app, [scope])).toBe("passes");
    });

    test("admits API keys that are limited to the workspace, and hides it from those of another one", async ({
      app,
    }) => {
      const isInside = role !== null && role !== "superuser";
      const outside = policy[action].allowsLimitedKeys === true ? "passes" : "KEY_LIMITED_TO_WORKSPACE";
      expect(await callWithKey(app, [scope], "own")).toBe(isInside ? "passes" : outside);
      expect(await callWithKey(app, [scope], "other")).toBe(isInside ? "NOT_FOUND" : outside);
    });
  }
});

/**
 * Calls with an API key of a workspace's owner, or of a superuser for actions on the instance.
 * @param limit Limits the key to that workspace, or to another one of the same person.
 */
async function callWithNewKey(
  fixture: MatrixFixture,
  path: string,
  who: "owner" | "superuser",
  carried: readonly Scope[],
  limit?: "own" | "other",
): Promise<Failure | null> {
  const { app } = fixture;
  const secretHash = randomBytes(32);
  const owner = fixture.people[who];
  const workspaceId = limit === "other" ? (await insertWorkspace(app, { owner })).id : fixture.workspaceId;
  await app.services.database.db.insert(apiKeys).values({
    userId: owner.id,
    name: "key",
    scopes: [...carried],
    secretHash,
    hint: "mdr_",
    ...(limit !== undefined && { workspaceId }),
  });
  return call(fixture, path, { kind: "apiKey", secretHash }, await inputOf(path, fixture, who));
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The same input with ids of resources that do not exist. */
function withUnknownIds(input: unknown): unknown {
  if (typeof input === "string") return uuid.test(input) ? createId() : input;
  if (Array.isArray(input)) return input.map(withUnknownIds);
  if (typeof input !== "object" || input === null || input instanceof Uint8Array) return input;
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, withUnknownIds(value)]));
}
