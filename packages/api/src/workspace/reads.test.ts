import { expect } from "vitest";

import { explainStatement } from "../testing/explain-statement.ts";
import { type Team, type TestApp } from "../testing/index.ts";
import { test } from "../testing/test.ts";

const reads: Record<string, (team: Team) => Promise<unknown>> = {
  "workspace.get": ({ owner, workspaceId }) => owner.client.workspace.get({ id: workspaceId }),
  "workspace.list": ({ owner }) => owner.client.workspace.list(),
  "workspace.list of the deleted ones": ({ owner }) => owner.client.workspace.list({ deleted: true }),
  "workspace.member.list": ({ owner, workspaceId }) => owner.client.workspace.member.list({ workspaceId }),
  "workspace.invitation.list": ({ owner, workspaceId }) =>
    owner.client.workspace.invitation.list({ workspaceId }),
  "workspace.activity": ({ owner, workspaceId }) => owner.client.workspace.activity({ workspaceId }),
};

/** Returns the statements that a call runs. */
async function statementsOf(app: TestApp, call: () => Promise<unknown>): Promise<string[]> {
  const before = app.statements.length;
  await call();
  return app.statements.slice(before);
}

test.for(Object.entries(reads))(
  "%s costs one statement, including the check",
  async ([, read], { app, team }) => {
    expect(await statementsOf(app, () => read(team))).toHaveLength(1);
  },
);

test.for(Object.entries(reads))(
  "%s reads its page from an index, in the order of that index",
  async ([, read], { app, team }) => {
    const [statement = ""] = await statementsOf(app, () => read(team));
    const plan = await explainStatement(app, statement);
    expect(plan).not.toMatch(/Seq Scan|Sort/);
  },
);
