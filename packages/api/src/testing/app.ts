import { createTestDatabase } from "@mdreader/db/testing";

import type { Context, Credential, RequestInfo } from "../context.ts";
import { appRouter } from "../root.ts";
import { closeServices } from "../services.ts";
import { createCallerFactory } from "../trpc/init.ts";
import { createTestServices, type TestServices } from "./services.ts";

const callerFactory = createCallerFactory(appRouter);

/** Calls the procedures in this process, as someone. */
export type Client = ReturnType<typeof callerFactory>;

/** The domain over a database of its own. */
export interface TestApp extends AsyncDisposable {
  services: TestServices;
  /** The statements that were run so far. */
  readonly statements: readonly string[];
  /** How Postgres would run the last statement of a read, now that the tables are as full as they are. */
  explain(read: () => Promise<unknown>): Promise<string>;
  /** What a call by who shows `credential` gets. */
  context(credential: Credential, request?: Partial<RequestInfo>): Context;
  /** The procedures as called by who shows `credential`; nobody, without one. `signal` ends their streams. */
  as(credential?: Credential, request?: Partial<RequestInfo>, signal?: AbortSignal): Client;
}

/** Use it with `await using`, or dispose of it in `afterAll`. */
export async function createTestApp(): Promise<TestApp> {
  const statements: string[] = [];
  let lastParameters: unknown[] = [];
  const logQuery = (statement: string, parameters: unknown[]) => {
    statements.push(statement);
    lastParameters = parameters;
  };
  const test = await createTestDatabase({ logger: { logQuery } });
  const services = createTestServices(test.database);
  const context = (credential: Credential, request: Partial<RequestInfo> = {}): Context => ({
    ...services,
    credential,
    request: { id: "test", ipAddress: "192.0.2.1", userAgent: "test", refreshCookie: null, ...request },
  });
  return {
    services,
    statements,
    context,
    as: (credential = { kind: "none" }, request = {}, signal) =>
      callerFactory(
        // Made anew with each call, so that a test may put other services in the place of these.
        () => context(credential, request),
        { signal },
      ),
    async explain(read) {
      await read();
      // Of the parameters as they are, the driver takes any; its type does not say so.
      const parameters = lastParameters as string[];
      const plan = await test.database.sql.unsafe(`explain ${statements.at(-1)}`, parameters);
      return plan.map((row) => String(row["QUERY PLAN"])).join("\n");
    },
    async [Symbol.asyncDispose]() {
      await closeServices(services);
      await test[Symbol.asyncDispose]();
    },
  };
}
