import { maxDocumentBytes } from "@mdreader/contract";
import { describe, expect } from "vitest";

import { insertMember, insertUser, catchReason } from "../../../testing/index.ts";
import { textIn, test } from "../live.fixture.ts";
import { applyText } from "./apply-text.ts";

describe("applyText", () => {
  test("rejects with the reason of the access check when access is lost in the meantime", async ({
    createDocument,
    app,
    createNode,
    workspaceId,
    checkEdit,
    editor,
  }) => {
    const id = await createDocument("text\n");
    const services = { ...app.services, documents: createNode().store };
    const { sql } = app.services.database;
    const cleo = await insertUser(app);
    await insertMember(app, workspaceId, cleo, "editor");
    const access = await checkEdit(cleo, id);
    const save = () => catchReason(applyText(services, access, { baseVersion: 1, text: "mine\n" }));
    await sql`update workspace_members set role = 'viewer' where user_id = ${cleo.id}`;
    expect(await save()).toBe("ROLE_TOO_LOW");
    await sql`delete from workspace_members where user_id = ${cleo.id}`;
    expect(await save()).toBe("NOT_FOUND");
    await insertMember(app, workspaceId, cleo, "editor");
    await sql`update auth_sessions set revoked_at = now() where user_id = ${cleo.id}`;
    expect(await save()).toBe("SESSION_ENDED");
    const other = await checkEdit(editor, id);
    await sql`update documents set deleted_at = now() where id = ${id}`;
    expect(await catchReason(applyText(services, other, { baseVersion: 1, text: "mine\n" }))).toBe(
      "NOT_FOUND",
    );
  });

  test("merges with edits since the base version, and reports conflicting lines", async ({
    createDocument,
    createNode,
    createWindow,
    editor,
    app,
    checkEdit,
    owner,
  }) => {
    const id = await createDocument("# Plan\nThe quick fox\nEnd\n");
    const node = createNode();
    const window = await createWindow(node, editor, id);
    await window.type((text) => text.insert(text.length - 4, "typed meanwhile\n"));
    await window.type((text) => {
      text.delete(17, 3);
      text.insert(17, "dog");
    });
    const services = { ...app.services, documents: node.store };
    const written = await applyText(services, await checkEdit(owner, id), {
      baseVersion: 1,
      text: "# Plan\nThe slow fox\nEnd\nand more\n",
    });
    expect(written.content).toBe("# Plan\nThe slow dog\ntyped meanwhile\nEnd\nand more\n");
    expect(written.conflicts.map(({ line }) => line)).toEqual([2]);
    expect(written.version).toBe(4);
    expect(await textIn(node, id)).toBe(written.content);
  });

  test("is applied once per idempotency key, and returns the same result, also for concurrent calls", async ({
    createDocument,
    createNode,
    checkEdit,
    owner,
    app,
    createWindow,
    editor,
  }) => {
    const id = await createDocument("a\n");
    const [one, two] = [createNode(), createNode()];
    const access = await checkEdit(owner, id);
    const write = { baseVersion: 1, text: "a\nb\n", idempotencyKey: "the same key" };
    const answers = await Promise.all(
      [one, two, one].map(({ store }) => applyText({ ...app.services, documents: store }, access, write)),
    );
    await (await createWindow(one, editor, id)).type((text) => text.insert(0, "later "));
    answers.push(await applyText({ ...app.services, documents: one.store }, access, write));
    for (const answer of answers) expect(answer).toEqual({ version: 2, content: "a\nb\n", conflicts: [] });
    expect(await textIn(two, id)).toBe("later a\nb\n");
  });

  test("returns the same result for a write without changes, despite later edits by others", async ({
    createDocument,
    createNode,
    app,
    checkEdit,
    owner,
    createWindow,
    editor,
  }) => {
    const id = await createDocument("a\n");
    const node = createNode();
    const services = { ...app.services, documents: node.store };
    const write = { baseVersion: 1, text: "a\n", idempotencyKey: "nothing changes" };
    const first = await applyText(services, await checkEdit(owner, id), write);
    expect(first).toEqual({ version: 1, content: "a\n", conflicts: [] });
    await (await createWindow(node, editor, id)).type((text) => text.insert(0, "later "));
    expect(await applyText(services, await checkEdit(owner, id), write)).toEqual(first);
  });

  test("uses one client ID per user, however often they write", async ({
    createDocument,
    createNode,
    app,
    checkEdit,
    editor,
    owner,
  }) => {
    const id = await createDocument();
    const nodes = [createNode(), createNode()];
    let baseVersion = 1;
    for (let n = 1; n <= 6; n += 1) {
      const { store } = nodes[n % 2] ?? createNode();
      const services = { ...app.services, documents: store };
      const text = "line\n".repeat(n);
      ({ version: baseVersion } = await applyText(
        services,
        await checkEdit(n % 3 === 0 ? editor : owner, id),
        {
          baseVersion,
          text,
        },
      ));
    }
    const { sql } = app.services.database;
    const clients = await sql`select user_id from document_clients where document_id = ${id}`;
    expect(new Set(clients.map((row) => row["user_id"]))).toEqual(new Set([owner.id, editor.id]));
    expect(clients).toHaveLength(2);
    expect(await textIn(createNode(), id)).toBe("line\n".repeat(6));
  });

  test.for<[_name: string, base: string, mine: string, theirs: string, merged: string]>([
    [
      "Windows line endings",
      "one\r\ntwo\r\n",
      "one\r\n2\r\n",
      "zero\r\none\r\ntwo\r\n",
      "zero\r\none\r\n2\r\n",
    ],
    ["a byte order mark", "\u{feff}# A\n", "\u{feff}# A\nmine\n", "\u{feff}# B\n", "\u{feff}# B\nmine\n"],
    ["emoji that share a surrogate", "a 👩 b", "a 👨 b", "a 👩 b c", "a 👨 b c"],
    ["an empty base", "", "mine", "", "mine"],
    ["an empty result", "gone\n", "", "gone\n", ""],
  ])(
    "preserves the exact bytes with %s",
    async ([, base, mine, theirs, merged], { createDocument, app, createNode, checkEdit, editor, owner }) => {
      const id = await createDocument(base);
      const services = { ...app.services, documents: createNode().store };
      await applyText(services, await checkEdit(editor, id), { baseVersion: 1, text: theirs });
      const written = await applyText(services, await checkEdit(owner, id), { baseVersion: 1, text: mine });
      expect(written.content).toBe(merged);
      expect(await textIn(createNode(), id)).toBe(merged);
    },
  );

  test("accepts a text of the maximum size, and rejects a larger one", async ({
    createDocument,
    app,
    createNode,
    checkEdit,
    owner,
  }) => {
    const id = await createDocument("small");
    const services = { ...app.services, documents: createNode().store };
    const largest = "é".repeat(maxDocumentBytes / 2);
    const { version } = await applyText(services, await checkEdit(owner, id), {
      baseVersion: 1,
      text: largest,
    });
    const over = applyText(services, await checkEdit(owner, id), {
      baseVersion: version,
      text: `${largest}x`,
    });
    await expect(over).rejects.toMatchObject({ reason: "DOCUMENT_TOO_LARGE" });
    expect(await textIn(createNode(), id)).toBe(largest);
  });

  test("rejects a base version that does not exist", async ({
    createDocument,
    app,
    createNode,
    checkEdit,
    owner,
  }) => {
    const id = await createDocument("a\n");
    const services = { ...app.services, documents: createNode().store };
    const write = applyText(services, await checkEdit(owner, id), { baseVersion: 7, text: "b\n" });
    await expect(write).rejects.toMatchObject({ reason: "VERSION_CONFLICT" });
  });
});
