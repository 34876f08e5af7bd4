import { text } from "node:stream/consumers";

import { expect } from "vitest";

import { explainStatement } from "../../testing/explain-statement.ts";
import { test } from "../../testing/test.ts";
import { listWorkspaceEntries } from "./exported-workspaces.ts";

test("an export contains the versions that the person has written to, read from indexes", async ({
  app,
  editor,
  owner,
  workspaceId,
}) => {
  const create = (title: string) => owner.client.document.create({ workspaceId, title, content: "Begin" });
  const [mine, others] = [await create("Mine"), await create("Others'")];
  for (const content of ["one", "two"])
    await editor.client.document.update({ id: mine.id, content, overwrite: true });
  const ctx = app.context(editor.credential);
  const before = app.statements.length;
  const versions: { documentId: string; content: string }[] = [];
  for await (const entry of listWorkspaceEntries(ctx, editor.id, new Date().toISOString())) {
    if (!entry.path.endsWith("/versions.jsonl")) continue;
    const lines = (await text(await entry.open())).trim().split("\n");
    versions.push(...lines.map((line) => JSON.parse(line)));
  }
  expect(versions.map(({ documentId, content }) => [documentId, content])).toEqual([
    [mine.id, "one"],
    [mine.id, "two"],
  ]);
  expect(versions.map(({ documentId }) => documentId)).not.toContain(others.id);
  const reads = app.statements.slice(before).filter((statement) => statement.includes('"authors" @>'));
  expect(reads.length).toBeGreaterThan(0);
  for (const statement of reads) {
    const plan = await explainStatement(app, statement);
    expect(plan).toContain("document_versions_document_id_number_pk");
    expect(plan).not.toMatch(/Seq Scan|Sort/);
  }
});
