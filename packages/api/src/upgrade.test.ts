import { randomBytes } from "node:crypto";

import { setText, getText } from "@mdreader/collab";
import { connect, migrate, createId } from "@mdreader/db";
import { createDatabaseAtMigration } from "@mdreader/db/testing";
import { expect, test } from "vitest";
import * as Y from "yjs";

import { appRouter } from "./root.ts";
import { closeServices } from "./services.ts";
import { createTestServices } from "./testing/index.ts";
import { createCallerFactory } from "./trpc/init.ts";
import { sha256 } from "./util/hash.ts";

/** The newest migration of release 0.1, which deployed databases may have. */
const release = "0003_stale_documents";

test("upgrading from the last release keeps documents, acknowledged edits and versions", async () => {
  await using former = await createDatabaseAtMigration(release);
  const database = connect(former.url, { poolSize: 3 });
  await using made = new AsyncDisposableStack();
  made.defer(() => database.close());
  const { sql } = database;

  const [userId, sessionId, workspaceId, id] = [createId(), createId(), createId(), createId()];
  const [first, second] = ["# Plan\r\n\r\nfirst 👩‍🚀\r\n", "# Plan\r\n\r\nfirst 👩‍🚀\r\nsecond\r\n"] as const;
  await sql`insert into users (id, email, username, password_hash) values (${userId}, 'ada@example.test', 'ada', 'none')`;
  await sql`
    insert into auth_sessions (id, user_id, token_hash, expires_at)
    values (${sessionId}, ${userId}, ${randomBytes(32)}, now() + interval '1 day')`;
  await sql`insert into workspaces (id, name) values (${workspaceId}, 'Notes')`;
  await sql`insert into workspace_members (workspace_id, user_id, role) values (${workspaceId}, ${userId}, 'owner')`;
  // Two saved versions, and an acknowledged edit that is not yet written into the text.
  await sql`
    insert into documents (id, workspace_id, title, content, size, version, content_version, created_by)
    values (${id}, ${workspaceId}, 'Plan', ${second}, ${Buffer.byteLength(second)}, 3, 2, ${userId})`;
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  setText(doc, first);
  setText(doc, second);
  getText(doc).insert(0, "typed ");
  for (const [index, update] of updates.entries()) {
    await sql`
      insert into document_log (document_id, workspace_id, seq, kind, update, author_id)
      values (${id}, ${workspaceId}, ${index + 1}, 'update', ${update}, ${userId})`;
  }
  for (const [index, text] of [first, second].entries()) {
    await sql`
      insert into document_versions (document_id, workspace_id, number, document_version, title, content, size, hash, author_id)
      values (${id}, ${workspaceId}, ${index + 1}, ${index + 1}, 'Plan', ${text}, ${Buffer.byteLength(text)},
        ${sha256(text)}, ${userId})`;
  }

  await migrate(former.url);

  const services = createTestServices(database);
  made.defer(() => closeServices(services));
  const caller = createCallerFactory(appRouter)({
    ...services,
    credential: { kind: "session", userId, sessionId },
    request: { id: "test", ipAddress: "192.0.2.1", userAgent: "test", refreshCookie: null },
  });
  expect(await caller.document.get({ id })).toMatchObject({
    content: `typed ${second}`,
    version: 3,
    role: "owner",
  });
  for (const [index, text] of [first, second].entries()) {
    const version = await caller.document.version.get({ id, number: index + 1 });
    expect(version).toMatchObject({ content: text, hash: Buffer.from(sha256(text)).toString("hex") });
    expect(version.authors.map(({ person }) => person?.username)).toEqual(["ada"]);
  }
  expect((await caller.document.search({ workspaceId, query: "second" })).items).toHaveLength(1);
});
