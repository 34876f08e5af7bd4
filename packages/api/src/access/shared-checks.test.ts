import { randomBytes } from "node:crypto";

import { apiKeys, authSessions, createId } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { expect } from "vitest";

import { getDocument } from "../document/get.ts";
import { insertMember, catchReason, createTeam } from "../testing/index.ts";
import { test } from "../testing/test.ts";
import { checkResource, checkWorkspace } from "./resource-checks.ts";

/** A call that is checked, and the reason of its failure, or the role and the text. */
type Check = () => Promise<{ role: string; content?: string }>;

const settle = (check: Check) =>
  check().then(
    ({ role, content = "" }) => `${role} ${content}`.trim(),
    (error: unknown) => catchReason(Promise.reject(error)),
  );

test("calls that are checked in one statement each get their own result", async ({ app, team }) => {
  const { database } = app.services;
  const other = await createTeam(app);
  await insertMember(app, other.workspaceId, team.viewer, "editor");
  const ended = other.owner.credential;
  await database.db
    .update(authSessions)
    .set({ revokedAt: new Date().toISOString() })
    .where(eq(authSessions.id, ended.sessionId));
  const secretHash = randomBytes(32);
  await database.db.insert(apiKeys).values({
    userId: team.viewer.id,
    name: "Key",
    secretHash,
    hint: "abcd",
    scopes: ["read", "write"],
    workspaceId: team.workspaceId,
  });
  const key = { kind: "apiKey", secretHash } as const;
  const documents = await Promise.all(
    [team, { workspaceId: other.workspaceId, owner: other.editor }].map(
      async ({ workspaceId, owner }, number) =>
        (await owner.client.document.create({ workspaceId, title: "Notes", content: `Text ${number}` })).id,
    ),
  );
  const credentials = [team.owner, team.editor, team.viewer, team.outsider, other.editor].map(
    ({ credential }) => credential,
  );
  const checks: Check[] = [...credentials, ended, key].flatMap((credential) => [
    ...[...documents, createId()].map(
      (id) => () => checkResource(app.context(credential), "document", "document.update", id).require(),
    ),
    ...[...documents, createId()].map((id) => () => {
      const { services } = app;
      return getDocument(services, checkResource(app.context(credential), "document", "document.read", id));
    }),
    ...[team.workspaceId, other.workspaceId].map(
      (id) => () => checkWorkspace(app.context(credential), "document.create", id).require(),
    ),
  ]);
  const alone: unknown[] = [];
  for (const check of checks) alone.push(await settle(check));
  expect(await Promise.all([...checks, ...checks].map(settle))).toEqual([...alone, ...alone]);
  const reasons = ["ROLE_TOO_LOW", "NOT_FOUND", "SESSION_ENDED"];
  const reads = ["owner Text 0", "editor Text 0", "viewer Text 0", "editor Text 1"];
  expect(new Set(alone)).toEqual(new Set(["owner", "editor", ...reasons, ...reads]));
});
