import { test as base } from "vitest";

import { createOtherProcess, createTestApp } from "./app.ts";
import { createTeam } from "./factories.ts";
import { createTestLimiter, type TestLimiter } from "./limiter.ts";

/**
 * A test with the procedures over the database of its file, and a workspace with a member of each role. A fixture is
 * created when a test names it. Helpers of a file that use fixtures are fixtures too, which it adds with `test.extend`.
 */
export const test = base
  // Vitest requires the pattern, even without fixtures in it.
  // oxlint-disable-next-line no-empty-pattern
  .extend("app", { scope: "file" }, async ({}, { onCleanup }) => {
    const app = await createTestApp();
    onCleanup(() => app[Symbol.asyncDispose]());
    return app;
  })
  .extend("otherProcess", { scope: "file" }, ({ app }, { onCleanup }) => {
    const other = createOtherProcess(app);
    onCleanup(() => other[Symbol.asyncDispose]());
    return other;
  })
  /** Limits attempts until the end of the test. */
  .extend("limitAttempts", ({ app }, { onCleanup }) => {
    const { limiter } = app.services;
    onCleanup(() => {
      app.services.limiter = limiter;
    });
    return (limits?: Parameters<typeof createTestLimiter>[0]): TestLimiter =>
      (app.services.limiter = createTestLimiter(limits));
  })
  .extend("team", ({ app }) => createTeam(app))
  .extend("workspaceId", ({ team }) => team.workspaceId)
  .extend("owner", ({ team }) => team.owner)
  .extend("admin", ({ team }) => team.admin)
  .extend("editor", ({ team }) => team.editor)
  .extend("commenter", ({ team }) => team.commenter)
  .extend("viewer", ({ team }) => team.viewer)
  .extend("outsider", ({ team }) => team.outsider)
  .extend(
    "addDocument",
    ({ owner, workspaceId }) =>
      (title = "Notes", fields: { content?: string; folderId?: string | null } = {}) =>
        owner.client.document.create({ workspaceId, title, ...fields }),
  )
  .extend(
    "addFolder",
    ({ owner, workspaceId }) =>
      (name: string, parentId: string | null = null) =>
        owner.client.document.folder.create({ workspaceId, name, parentId }),
  );
