import { expect } from "vitest";

import { catchFailure, register } from "../../test/calls.ts";
import { test as base } from "../../test/test.ts";
import { sweep } from "./sweep.ts";

const test = base.extend("settings", { scope: "file" }, () => ({ env: { TRASH_RETENTION: "1s" } }));

test("the sweep deletes only items whose retention in the trash has expired", async ({ served }) => {
  const { api } = await register(served);
  const { id: workspaceId } = await api.workspace.create.mutate({ name: "Kept" });
  const { id: removedWorkspace } = await api.workspace.create.mutate({ name: "Removed" });
  const [kept, removed] = await Promise.all(
    ["Kept", "Removed"].map((title) => api.document.create.mutate({ workspaceId, title })),
  );
  await api.document.delete.mutate({ id: removed?.id ?? "" });
  await api.workspace.delete.mutate({ id: removedWorkspace });
  await new Promise((resolve) => setTimeout(resolve, 1500));

  await sweep(served.server.services);
  expect((await api.document.trash.query({ workspaceId })).items).toEqual([]);
  expect(await catchFailure(api.workspace.restore.mutate({ id: removedWorkspace }))).toMatchObject({
    reason: "NOT_FOUND",
  });
  expect(await api.document.get.query({ id: kept?.id ?? "" })).toMatchObject({ title: "Kept" });
  expect(served.log).toContain('"kind":"workspaces","count":1');
});

test("the sweep is scheduled every night, and maintenance every minute", async ({ served }) => {
  const rows = await served.database.database.sql`select name, cron from pgboss.schedule`;
  expect(rows).toEqual([
    { name: "sweep", cron: "17 3 * * *" },
    { name: "maintenance", cron: "* * * * *" },
  ]);
});
