import { createTestDatabase } from "@mdreader/db/testing";

import type { Credential } from "../access/identity.ts";
import type { Context, RequestInfo } from "../context.ts";
import { appRouter, type ProcedureCaller } from "../root.ts";
import { closeServices } from "../services.ts";
import { createCallerFactory } from "../trpc/init.ts";
import { createTestServices, type TestServices } from "./services.ts";
import { forbidUndeclaredReasons } from "./undeclared-reasons.ts";

const callerFactory = createCallerFactory(appRouter);

/** Calls the procedures in this process, with a credential. */
export type Client = ProcedureCaller;

/** The API over a separate database. */
export interface TestApp extends AsyncDisposable {
  services: TestServices;
  /** The statements that have been run. */
  readonly statements: readonly string[];
  /** Returns Postgres's plan for the last statement of a read, for the current table sizes. */
  explain(read: () => Promise<unknown>): Promise<string>;
  /** Returns the context of a call with `credential`. */
  context(credential: Credential, request?: Partial<RequestInfo>): Context;
  /** Returns the procedures, called with `credential` or anonymously. `signal` ends their streams. */
  as(credential?: Credential, request?: Partial<RequestInfo>, signal?: AbortSignal): Client;
}

/**
 * Creates an app. Use it with `await using`, or dispose of it in `afterAll`, which fails if a procedure failed for a reason that it
 * does not declare.
 */
export async function createTestApp(): Promise<TestApp> {
  await using resources = new AsyncDisposableStack();
  resources.use(forbidUndeclaredReasons());
  const statements: string[] = [];
  let lastParameters: unknown[] = [];
  const logQuery = (statement: string, parameters: unknown[]) => {
    statements.push(statement);
    lastParameters = parameters;
  };
  const test = resources.use(await createTestDatabase({ logger: { logQuery } }));
  const services = createTestServices(test.database);
  resources.defer(() => closeServices(services));
  const context = (credential: Credential, request: Partial<RequestInfo> = {}): Context => ({
    ...services,
    credential,
    request: { id: "test", ipAddress: "192.0.2.1", userAgent: "test", refreshCookie: null, ...request },
  });
  const all = resources.move();
  return {
    services,
    statements,
    context,
    as: (credential = { kind: "none" }, request = {}, signal) =>
      callerFactory(
        // Created for each call, so that a test can replace services.
        () => context(credential, request),
        { signal },
      ),
    async explain(read) {
      await read();
      // The driver accepts any parameters, but its type does not.
      const parameters = lastParameters as string[];
      const plan = await test.database.sql.unsafe(`explain ${statements.at(-1)}`, parameters);
      return plan.map((row) => String(row["QUERY PLAN"])).join("\n");
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** A second process on the database of an app, isolated from the app's messages. */
export interface OtherProcess extends AsyncDisposable {
  services: TestServices;
  as(credential: Credential): Client;
}

export function createOtherProcess({ services: { database }, context }: TestApp): OtherProcess {
  const services = createTestServices(database);
  return {
    services,
    as: (credential) => callerFactory(() => ({ ...context(credential), ...services })),
    [Symbol.asyncDispose]: () => closeServices(services),
  };
}
