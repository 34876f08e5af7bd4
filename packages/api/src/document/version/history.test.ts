import { createHash } from "node:crypto";

import { createYDoc, getText } from "@mdreader/collab";
import { describe, expect } from "vitest";
import * as Y from "yjs";

import { checkResource } from "../../access/resource-checks.ts";
import { createTestEditor, createClientWithToken, catchReason, typeInto } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { createDocumentMaintenance } from "../collab/maintenance/maintenance.ts";
import { createDocumentStore } from "../collab/store/document-store.ts";
import { applyText } from "../collab/write/apply-text.ts";
import { saveIdleEditSessions, saveEditSession } from "./edit-session.ts";
import { createEditorTracker } from "./editor-tracker.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const reason = (why: string) => ({ cause: { reason: why } });

const it = base
  .extend(
    "create",
    ({ owner, workspaceId }) =>
      async (content: string) =>
        (await owner.client.document.create({ workspaceId, title: "Notes", content })).id,
  )
  .extend(
    "versions",
    ({ viewer }) =>
      async (id: string) =>
        (await viewer.client.document.version.list({ id })).items,
  )
  .extend(
    "textNow",
    ({ viewer }) =>
      async (id: string) =>
        (await viewer.client.document.get({ id })).content,
  )
  /** Ends the edit session: advances the time by five idle minutes, and runs the sweep. */
  .extend("endIdleSession", ({ app }) => async (id: string) => {
    const { sql } = app.services.database;
    await app.services.documents.flush([id]);
    await sql`update document_edit_sessions set edited_at = now() - interval '6 minutes' where document_id = ${id}`;
    await saveIdleEditSessions(app.services);
  });

describe("saved versions", () => {
  it("start with the document, and are added with each saved text, with its hash", async ({
    create,
    editor,
    owner,
    versions,
  }) => {
    const id = await create("one\n");
    await editor.client.document.update({ id, content: "one\ntwo\n", overwrite: true });
    await owner.client.document.applyText({ id, baseVersion: 2, text: "one\ntwo\nthree\n" });
    const [third, second, first] = await versions(id);
    expect(first).toMatchObject({
      number: 1,
      documentVersion: 1,
      reason: "created",
      title: "Notes",
      size: 4,
    });
    expect(second).toMatchObject({ number: 2, documentVersion: 2, reason: "saved", label: null });
    expect(second?.authors).toEqual([
      { person: { id: editor.id, username: editor.username, fullName: null }, apiKeyName: null },
    ]);
    expect(third).toMatchObject({ number: 3, reason: "saved", hash: sha256("one\ntwo\nthree\n") });
  });

  it("result from live edits of several users, after five minutes without edits", async ({
    create,
    owner,
    editor,
    app,
    versions,
    endIdleSession,
    textNow,
  }) => {
    const id = await create("plan\n");
    const [hers, his] = [await createTestEditor(owner, id), await createTestEditor(editor, id)];
    await hers.type((text) => text.insert(text.length, "hers\n"));
    await his.type((text) => text.insert(text.length, "his\n"));
    await app.services.documents.flush([id]);
    await saveIdleEditSessions(app.services);
    expect(await versions(id)).toHaveLength(1);
    await endIdleSession(id);
    await endIdleSession(id);
    const [newest, ...others] = await versions(id);
    expect(others).toHaveLength(1);
    expect(newest).toMatchObject({ number: 2, reason: "edited", hash: sha256(await textNow(id)) });
    expect(newest?.authors.map(({ person }) => person?.id).toSorted()).toEqual(
      [owner.id, editor.id].toSorted(),
    );
  });

  it("are added when the last editor leaves, not when others remain, nor on a page reload", async ({
    create,
    app,
    owner,
    versions,
  }) => {
    const id = await create("plan\n");
    const due: { run: () => void; cancelled: boolean }[] = [];
    const attendance = createEditorTracker(
      app.services.database,
      app.services.documents,
      app.services.log,
      (run) => {
        const entry = { run, cancelled: false };
        due.push(entry);
        return () => void (entry.cancelled = true);
      },
    );
    const [one, two] = [attendance.track(id), attendance.track(id)];
    await typeInto(owner, id, (text) => text.insert(0, "my "));
    one();
    expect(due).toHaveLength(0);
    two();
    attendance.track(id)();
    expect(due.map(({ cancelled }) => cancelled)).toEqual([true, false]);
    due[1]?.run();
    await attendance.close();
    expect(await versions(id)).toMatchObject([{ number: 2, reason: "edited" }, { number: 1 }]);
  });

  it("are added when the stream of the last window ends", async ({ create, app, editor, versions }) => {
    const id = await create("plan\n");
    const window = new AbortController();
    const changes = await app.as(editor.credential, {}, window.signal).document.changes({ id });
    const following = changes[Symbol.asyncIterator]();
    await following.next();
    await typeInto(editor, id, (text) => text.insert(0, "my "));
    window.abort();
    await following.return?.();
    await expect.poll(async () => (await versions(id)).map(({ reason: why }) => why)).toHaveLength(2);
  });

  it("are not duplicated by two concurrent processes, nor for a text that is saved already", async ({
    create,
    owner,
    app,
    versions,
    endIdleSession,
  }) => {
    const id = await create("same\n");
    const { type } = await createTestEditor(owner, id);
    await type((text) => text.insert(0, "not the "));
    const { database, documents } = app.services;
    const other = createDocumentStore(database);
    await Promise.all(
      [documents, other, documents, other].map((store) => saveEditSession(database.sql, store, id)),
    );
    expect(await versions(id)).toHaveLength(2);
    await type((text) => text.insert(0, "x"));
    await type((text) => text.delete(0, 1));
    await endIdleSession(id);
    expect(await versions(id)).toHaveLength(2);
    expect(await database.sql`select 1 from document_edit_sessions where document_id = ${id}`).toHaveLength(
      0,
    );
  });

  it("include the edits through a server that crashed", async ({
    create,
    owner,
    app,
    endIdleSession,
    versions,
  }) => {
    const id = await create("plan\n");
    await typeInto(owner, id, (text) => text.insert(0, "last words "));
    // A process that never wrote the text leaves the stale marker.
    const { database, log } = app.services;
    await createDocumentMaintenance(database, createDocumentStore(database), log, () => () => {}).close();
    expect(await database.sql`select 1 from stale_documents where document_id = ${id}`).toHaveLength(1);
    await endIdleSession(id);
    expect(await versions(id)).toMatchObject([{ reason: "edited" }, { reason: "created" }]);
  });

  it("include the edit session before a saved text, separately", async ({
    create,
    editor,
    owner,
    versions,
  }) => {
    const id = await create("one\n");
    await typeInto(editor, id, (text) => text.insert(text.length, "typed\n"));
    await owner.client.document.applyText({ id, baseVersion: 1, text: "ONE\n" });
    const all = await versions(id);
    expect(all.map(({ number, reason: why }) => [number, why])).toEqual([
      [3, "saved"],
      [2, "edited"],
      [1, "created"],
    ]);
    expect(all.map(({ authors }) => authors[0]?.person?.id)).toEqual([owner.id, editor.id, owner.id]);
    expect((await owner.client.document.version.get({ id, number: 2 })).content).toBe("one\ntyped\n");
  });

  it("are gapless and complete after many concurrent saves by two users through two processes", async ({
    create,
    app,
    editor,
    owner,
    viewer,
  }) => {
    const id = await create("list\n");
    const other = { ...app.services, documents: createDocumentStore(app.services.database) };
    const access = await checkResource(
      app.context(editor.credential),
      "document",
      "document.update",
      id,
    ).require();
    const saves = Array.from({ length: 100 }, (_, n) =>
      n % 2 === 0
        ? owner.client.document.applyText({ id, baseVersion: 1, text: `list\n${n}\n` })
        : applyText(other, access, { baseVersion: 1, text: `list\n${n}\n` }),
    );
    await Promise.all(saves);
    const { items } = await viewer.client.document.version.list({ id, limit: 40 });
    const numbers = items.map(({ number }) => number);
    for (
      let cursor = (await viewer.client.document.version.list({ id, limit: 40 })).nextCursor;
      cursor !== null;
    ) {
      const page = await viewer.client.document.version.list({ id, limit: 40, cursor });
      numbers.push(...page.items.map(({ number }) => number));
      cursor = page.nextCursor;
    }
    expect(numbers).toEqual(Array.from({ length: 101 }, (_, index) => 101 - index));
    for (const number of numbers) {
      const { content, hash, size } = await viewer.client.document.version.get({ id, number });
      expect(sha256(content)).toBe(hash);
      expect(Buffer.byteLength(content)).toBe(size);
    }
  });

  it("can be named: the newest one, or a new one if that has another text or a name", async ({
    create,
    editor,
    owner,
    versions,
  }) => {
    const id = await create("plan\n");
    expect(await editor.client.document.version.create({ id, label: "Draft" })).toMatchObject({
      number: 1,
      label: "Draft",
      reason: "created",
    });
    await typeInto(owner, id, (text) => text.insert(0, "my "));
    expect(await editor.client.document.version.create({ id, label: "As sent" })).toMatchObject({
      number: 2,
      label: "As sent",
      reason: "named",
      authors: [{ person: { id: owner.id } }],
    });
    await editor.client.document.version.create({ id, label: "Again" });
    expect((await versions(id)).map(({ label }) => label)).toEqual(["Again", "As sent", "Draft"]);
    await expect(editor.client.document.version.create({ id, label: " " })).rejects.toMatchObject(
      reason("BAD_INPUT"),
    );
  });

  it("report which tool wrote on whose behalf", async ({ create, editor, app, versions }) => {
    const id = await create("plan\n");
    const { secret } = await editor.client.auth.apiKey.create({
      name: "nightly sync",
      scopes: ["read", "write"],
    });
    const tool = await createClientWithToken(app, secret);
    await tool.document.applyText({ id, baseVersion: 1, text: "plan\nsynced\n" });
    expect((await versions(id))[0]?.authors).toMatchObject([
      { person: { id: editor.id }, apiKeyName: "nightly sync" },
    ]);
  });

  it("disappear with the document, and are restored with it", async ({ create, owner, versions }) => {
    const id = await create("secret\n");
    await owner.client.document.delete({ id });
    const { version } = owner.client.document;
    for (const call of [
      () => version.list({ id }),
      () => version.get({ id, number: 1 }),
      () => version.diff({ id, from: 1 }),
      () => version.restore({ id, number: 1 }),
    ]) {
      await expect(call()).rejects.toMatchObject(reason("NOT_FOUND"));
    }
    await owner.client.document.restore({ id });
    expect(await versions(id)).toHaveLength(1);
  });

  it("are listed without reading the other users of the server, however many there are", async ({
    app,
    create,
    owner,
    viewer,
  }) => {
    const { sql } = app.services.database;
    const id = await create("plan\n");
    await sql`
      insert into users (id, email, username, password_hash)
      select gen_random_uuid(), 'crowd' || n || '@example.test', 'crowd' || n, '' from generate_series(1, 3000) n`;
    await sql`analyze users`;
    const plan = await app.explain(() => viewer.client.document.version.list({ id }));
    expect(plan).toMatch(/Index Scan using users_pkey on users u\b/);
    expect(plan).not.toMatch(/Seq Scan on users\b/);
    const [version] = await viewer.client.document.version.list({ id }).then(({ items }) => items);
    expect(version?.authors).toMatchObject([{ person: { id: owner.id }, apiKeyName: null }]);
  });

  it("cannot be requested with an unknown number, nor with an invalid cursor", async ({ create, owner }) => {
    const id = await create("plan\n");
    const { version } = owner.client.document;
    await expect(version.get({ id, number: 2 })).rejects.toMatchObject(reason("NOT_FOUND"));
    await expect(version.diff({ id, from: 1, to: 2 })).rejects.toMatchObject(reason("NOT_FOUND"));
    await expect(version.restore({ id, number: 2 })).rejects.toMatchObject(reason("NOT_FOUND"));
    await expect(version.list({ id, cursor: "W10" })).rejects.toMatchObject(reason("BAD_CURSOR"));
  });
});

describe("restoring a version", () => {
  it("is an edit of the live document: open windows see it, and later edits are kept", async ({
    create,
    owner,
    editor,
    textNow,
    versions,
  }) => {
    const id = await create("first\n");
    await owner.client.document.update({ id, content: "first\nsecond\n", overwrite: true });
    await typeInto(editor, id, (text) => text.insert(text.length, "typed, not saved\n"));
    const { update } = await editor.client.document.pull({ id });
    const open = createYDoc([Buffer.from(update, "base64")]);
    const restored = await editor.client.document.version.restore({ id, number: 1 });
    const { update: rest } = await editor.client.document.pull({
      id,
      stateVector: Buffer.from(Y.encodeStateVector(open)).toString("base64"),
    });
    Y.applyUpdate(open, Buffer.from(rest, "base64"));
    expect(getText(open).toJSON()).toBe("first\n");
    expect(await textNow(id)).toBe("first\n");
    const [newest, before] = await versions(id);
    expect(newest).toMatchObject({ number: restored.number, reason: "restored", restoredFrom: 1 });
    const { content } = await owner.client.document.version.get({ id, number: before?.number ?? 0 });
    expect(content).toBe("first\nsecond\ntyped, not saved\n");
  });

  it("does nothing if the text is the same", async ({ create, owner, versions }) => {
    const id = await create("same\n");
    expect(await owner.client.document.version.restore({ id, number: 1 })).toEqual({ version: 1, number: 1 });
    expect(await versions(id)).toHaveLength(1);
  });
});

describe("comparing versions", () => {
  it("reports changes by line, and by word within lines, in either direction and against the current text", async ({
    create,
    owner,
    viewer,
    editor,
  }) => {
    const id = await create("# Plan\nThe quick brown fox\nEnd\n");
    await owner.client.document.update({
      id,
      content: "# Plan\nThe slow brown fox\nEnd\nAnd more\n",
      overwrite: true,
    });
    const diff = await viewer.client.document.version.diff({ id, from: 1, to: 2 });
    expect(diff).toMatchObject({ added: 2, removed: 1, coarse: false, truncated: false });
    expect(diff.hunks).toEqual([
      {
        from: { line: 1, lines: 3 },
        to: { line: 1, lines: 4 },
        lines: [
          { kind: "same", parts: [{ text: "# Plan\n", changed: false }] },
          {
            kind: "removed",
            parts: [
              { text: "The ", changed: false },
              { text: "quick", changed: true },
              { text: " brown fox\n", changed: false },
            ],
          },
          {
            kind: "added",
            parts: [
              { text: "The ", changed: false },
              { text: "slow", changed: true },
              { text: " brown fox\n", changed: false },
            ],
          },
          { kind: "same", parts: [{ text: "End\n", changed: false }] },
          { kind: "added", parts: [{ text: "And more\n", changed: true }] },
        ],
      },
    ]);
    const back = await viewer.client.document.version.diff({ id, from: 2, to: 1 });
    expect(back).toMatchObject({ added: 1, removed: 2, from: { number: 2 }, to: { number: 1 } });
    expect((await viewer.client.document.version.diff({ id, from: 2 })).hunks).toEqual([]);
    await typeInto(editor, id, (text) => text.insert(0, "typed\n"));
    expect(await viewer.client.document.version.diff({ id, from: 2 })).toMatchObject({
      added: 1,
      to: { number: null, documentVersion: 3 },
    });
  });
});

describe("losing the role while restoring or naming a version", () => {
  it("either commits before, or is rejected", async ({
    create,
    owner,
    workspaceId,
    editor,
    versions,
    textNow,
  }) => {
    for (let repeat = 0; repeat < 5; repeat += 1) {
      const id = await create("first\n");
      await owner.client.document.update({ id, content: "second\n", overwrite: true });
      const demote = () =>
        owner.client.workspace.member.updateRole({ workspaceId, userId: editor.id, role: "viewer" });
      const attempts = await Promise.all([
        catchReason(editor.client.document.version.restore({ id, number: 1 })),
        catchReason(demote()),
        catchReason(editor.client.document.version.create({ id, label: "mine" })),
        catchReason(editor.client.document.version.restore({ id, number: 1 })),
      ]);
      for (const why of attempts) expect([null, "ROLE_TOO_LOW", "NOT_FOUND"]).toContain(why);
      const before = await versions(id);
      expect(await catchReason(editor.client.document.version.restore({ id, number: 2 }))).toBe(
        "ROLE_TOO_LOW",
      );
      expect(await catchReason(editor.client.document.version.create({ id, label: "late" }))).toBe(
        "ROLE_TOO_LOW",
      );
      expect(await versions(id)).toEqual(before);
      expect(before.map(({ number }) => number)).toEqual(before.map((_, index) => before.length - index));
      expect(before[0]?.hash).toBe(sha256(await textNow(id)));
      await owner.client.workspace.member.updateRole({ workspaceId, userId: editor.id, role: "editor" });
    }
  });
});

describe("concurrent saves, deletions and edits", () => {
  it("leave one consistent state: gapless versions, the newest of which has the current text", async ({
    create,
    owner,
    editor,
    endIdleSession,
    versions,
    textNow,
  }) => {
    const id = await create("one\ntwo\nthree\n");
    const { type } = await createTestEditor(owner, id);
    await Promise.allSettled([
      owner.client.document.update({ id, baseVersion: 1, content: "ONE\ntwo\nthree\n" }),
      editor.client.document.update({ id, baseVersion: 1, content: "one\ntwo\nTHREE\n" }),
      editor.client.document.delete({ id }),
      type((text) => text.insert(0, "typed\n")),
      owner.client.document.version.create({ id, label: "in between" }),
    ]);
    await owner.client.document.restore({ id });
    await endIdleSession(id);
    const all = await versions(id);
    expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => all.length - index));
    const content = await textNow(id);
    expect(all[0]?.hash).toBe(sha256(content));
    for (const { number, hash } of all) {
      expect(sha256((await owner.client.document.version.get({ id, number })).content)).toBe(hash);
    }
  });
});
