import { afterAll, beforeAll, expect, it } from "vitest";

import { explainStatement } from "../testing/explain-statement.ts";
import {
  type TestActor,
  insertUser,
  insertWorkspace,
  createTestApp,
  type TestApp,
} from "../testing/index.ts";

let app: TestApp;
let owner: TestActor;
let workspaceId: string;
beforeAll(async () => {
  app = await createTestApp();
  owner = await insertUser(app);
  workspaceId = (await insertWorkspace(app, { owner })).id;
});
afterAll(() => app[Symbol.asyncDispose]());

const reads: Record<string, () => Promise<unknown>> = {
  "workspace.get": () => owner.client.workspace.get({ id: workspaceId }),
  "workspace.list": () => owner.client.workspace.list(),
  "workspace.list of the deleted ones": () => owner.client.workspace.list({ deleted: true }),
  "workspace.member.list": () => owner.client.workspace.member.list({ workspaceId }),
  "workspace.invitation.list": () => owner.client.workspace.invitation.list({ workspaceId }),
  "workspace.activity": () => owner.client.workspace.activity({ workspaceId }),
};

/** Returns the statements that a call runs. */
async function statementsOf(call: () => Promise<unknown>): Promise<string[]> {
  const before = app.statements.length;
  await call();
  return app.statements.slice(before);
}

it.each(Object.keys(reads))("%s costs one statement, including the check", async (name) => {
  expect(await statementsOf(reads[name] ?? (() => Promise.reject(new Error(name))))).toHaveLength(1);
});

it.each(Object.keys(reads))("%s reads its page from an index, in the order of that index", async (name) => {
  const [statement = ""] = await statementsOf(reads[name] ?? (() => Promise.reject(new Error(name))));
  const plan = await explainStatement(app, statement);
  expect(plan).not.toMatch(/Seq Scan|Sort/);
});
