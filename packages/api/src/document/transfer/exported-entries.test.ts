import { expect, it } from "vitest";

import { checkWorkspace } from "../../access/resource-checks.ts";
import { insertUser, insertWorkspace, createTestApp } from "../../testing/index.ts";
import { listEntries } from "./exported-entries.ts";

it("lists a large workspace page by page, and yields to the event loop in between", async () => {
  await using app = await createTestApp();
  const owner = await insertUser(app);
  const { id: workspaceId } = await insertWorkspace(app, { owner });
  const count = 2500;
  await app.services.database.sql`
    insert into documents (id, workspace_id, title, content)
    select gen_random_uuid(), ${workspaceId}, 'Note ' || n % 1000, '' from generate_series(1, ${count}) n`;
  await app.services.database.sql`
    insert into folders (id, workspace_id, name)
    select gen_random_uuid(), ${workspaceId}, 'Folder ' || n from generate_series(1, ${count}) n`;
  const access = await checkWorkspace(
    app.context(owner.credential),
    "document.export",
    workspaceId,
  ).require();
  const before = app.statements.length;
  let isDone = false;
  let turns = 0;
  const countTurns = () => {
    turns += 1;
    if (!isDone) setImmediate(countTurns);
  };
  setImmediate(countTurns);
  const { entries, emptyFolders } = await listEntries(app.services, access, null);
  isDone = true;
  expect(new Set(entries.map(({ path }) => path)).size).toBe(count);
  expect(new Set(emptyFolders).size).toBe(count);
  const statements = app.statements.slice(before);
  // Three pages of documents and of folders, and one of files.
  expect(statements).toHaveLength(7);
  expect(statements.filter((statement) => !statement.includes("limit"))).toEqual([]);
  expect(turns).toBeGreaterThan(7);
});
