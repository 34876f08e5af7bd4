import type { Role } from "@mdreader/contract/policy";
import { describe, expect, vi } from "vitest";
import * as Y from "yjs";

import { haveConverged, countBytes, listOthers, pollOptions, read, type } from "../../test/live.ts";
import { test as base } from "../../test/test.ts";

const test = base
  /** Folds a document's whole log into one snapshot, regardless of the age of its entries. */
  .extend("foldAll", ({ served }) => async (documentId: string): Promise<void> => {
    const { database, documents } = served.app.services;
    const { version, workspaceId, state } = await documents.read(documentId, (live) => ({
      version: live.version,
      workspaceId: live.workspaceId,
      state: Buffer.from(Y.encodeStateAsUpdate(live.doc)),
    }));
    await database.sql`insert into document_snapshots (document_id, workspace_id, seq, state)
    values (${documentId}, ${workspaceId}, ${version}, ${state})`;
    await database.sql`delete from document_log where document_id = ${documentId} and seq <= ${version}`;
  });

describe("a live document", () => {
  test("loads the text, and converges when two users type at the same time", async ({ createDocument }) => {
    const { id, owner, join, text } = await createDocument("# Plan\n");
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    expect(read(a)).toBe("# Plan\n");
    await Promise.all([type(a, "alpha ".repeat(20)), type(b, "beta ".repeat(20))]);
    const numbers = await Promise.all([a.whenSaved(), b.whenSaved()]);
    await haveConverged(a, b);
    expect(read(a).length).toBe("# Plan\n".length + 20 * 11);
    expect(await text()).toBe(read(a));
    expect(countBytes(a).length).toBe(countBytes(b).length);
    await vi.waitFor(() => expect(a.saveState.get()).toMatchObject({ status: "saved" }), pollOptions);
    expect(a.saveState.get().seq).toBeGreaterThanOrEqual(Math.max(...numbers));
  });

  test("has committed its edits when whenSaved resolves with the document's version", async ({
    createDocument,
  }) => {
    const { id, owner } = await createDocument();
    const live = await owner.open(id);
    await live.synced();
    live.ytext.insert(0, "kept");
    expect(live.saveState.get().status).toBe("sending");
    const seq = await live.whenSaved();
    expect((await owner.client.document.get.query({ id })).version).toBe(seq);
  });

  test("resolves whenSaved while the user keeps typing", async ({ createDocument }) => {
    const { id, owner, text } = await createDocument();
    const live = await owner.open(id);
    await live.synced();
    const done = new AbortController();
    const typing = (async () => {
      while (!done.signal.aborted) await type(live, "and on ");
    })();
    for (const word of ["first", "second", "third"]) {
      live.ytext.insert(0, word);
      await live.whenSaved();
      expect(await text()).toContain(word);
    }
    done.abort();
    await typing;
  });

  test("syncs all its edits after being offline until the log was folded", async ({
    createDocument,
    foldAll,
  }) => {
    const { id, owner, join, text } = await createDocument("start\n");
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    b.ytext.insert(0, "sent before\n");
    await b.whenSaved();
    editor.network.cut();
    await vi.waitFor(() => expect(b.saveState.get().status).toBe("offline"), pollOptions);
    b.ytext.insert(0, "written away\n");
    b.ytext.delete(b.ytext.length - 6, 6);
    a.ytext.insert(a.ytext.length, "written meanwhile\n");
    await a.whenSaved();
    await foldAll(id);
    editor.network.restore();
    await b.whenSaved();
    await haveConverged(a, b);
    expect(await text()).toBe("written away\nsent before\nwritten meanwhile\n");
    expect(b.saveState.get().status).toBe("saved");
  });

  test("keeps edits made offline, and merges them with those of others after reconnecting", async ({
    createDocument,
  }) => {
    const { id, owner, join, text } = await createDocument("start\n");
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    editor.network.cut();
    await vi.waitFor(() => expect(b.saveState.get().status).toBe("offline"), pollOptions);
    b.ytext.insert(0, "written offline\n");
    a.ytext.insert(a.ytext.length, "written meanwhile\n");
    await a.whenSaved();
    expect(b.saveState.get()).toMatchObject({ status: "offline", unsaved: true });
    expect(await text()).toBe("start\nwritten meanwhile\n");
    editor.network.restore();
    await b.whenSaved();
    await haveConverged(a, b);
    expect(await text()).toBe("written offline\nstart\nwritten meanwhile\n");
  });

  test("reports changed comments, even those made while it was offline, and resolves their anchors", async ({
    createDocument,
  }) => {
    const { id, owner, join } = await createDocument("The quick brown fox.\n");
    const editor = await join("editor");
    const viewer = await join("viewer");
    const live = await viewer.open(id);
    await live.synced();
    const before = live.commentsAt.get();
    const at = (index: number, assoc?: number) =>
      Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(live.ytext, index, assoc)) as {
        item: { client: number; clock: number };
      };
    const anchor = { start: at(4), end: at(15, -1) };
    await owner.client.document.comment.create.mutate({ documentId: id, body: "Really?", anchor });
    await vi.waitFor(() => expect(live.commentsAt.get()).toBeGreaterThan(before), pollOptions);

    viewer.network.cut();
    await vi.waitFor(() => expect(live.saveState.get().status).toBe("offline"), pollOptions);
    const cut = live.commentsAt.get();
    await editor.client.document.update.mutate({
      id,
      content: "Look: the quick brown fox.\n",
      overwrite: true,
    });
    await editor.client.document.comment.create.mutate({ documentId: id, body: "Yes." });
    viewer.network.restore();
    await vi.waitFor(() => expect(live.commentsAt.get()).toBeGreaterThan(cut), pollOptions);

    const { items } = await viewer.client.document.comment.list.query({ documentId: id });
    const [thread] = items;
    expect(thread?.anchor?.quote).toBe("quick brown");
    const place = (position: object) =>
      Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), live.doc)
        ?.index;
    await vi.waitFor(() => expect(read(live)).toMatch(/^Look/), pollOptions);
    const [from, to] = [place(thread?.anchor?.start ?? {}), place(thread?.anchor?.end ?? {})];
    expect(read(live).slice(from, to)).toBe("quick brown");
  });

  test("loses no edits when connections drop repeatedly while users type", async ({
    createDocument,
    served,
  }) => {
    const { id, owner, join, text } = await createDocument();
    const editor = await join("editor");
    const [a, b] = await Promise.all([owner.open(id), editor.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    for (let round = 0; round < 4; round += 1) {
      const typing = Promise.all([type(a, "aaaaaaaaaa"), type(b, "bbbbbbbbbb")]);
      served.dropSockets();
      await typing;
    }
    await Promise.all([a.whenSaved(), b.whenSaved()]);
    await haveConverged(a, b);
    expect(read(a).split("").toSorted().join("")).toBe("a".repeat(40) + "b".repeat(40));
    expect(await text()).toBe(read(a));
  });

  test("reports the rejected edit of a viewer, and keeps their text", async ({ createDocument }) => {
    const { id, join, text } = await createDocument("theirs\n");
    const viewer = await join("viewer");
    const live = await viewer.open(id);
    await live.synced();
    live.ytext.insert(0, "mine ");
    await expect(live.whenSaved()).rejects.toMatchObject({ reason: "ROLE_TOO_LOW" });
    expect(live.saveState.get()).toMatchObject({ status: "refused", reason: "ROLE_TOO_LOW" });
    expect(read(live)).toBe("mine theirs\n");
    expect(await text()).toBe("theirs\n");
  });

  test("returns the text that was typed and not sent, without what was sent or removed", async ({
    createDocument,
  }) => {
    const { id, owner } = await createDocument("one\ntwo\n");
    const live = await owner.open(id);
    await live.synced();
    live.ytext.insert(0, "Sent ");
    await live.whenSaved();
    expect(live.unsentText()).toBe("");
    owner.network.cut();
    await vi.waitFor(() => expect(live.saveState.get().status).toBe("offline"), pollOptions);
    await type(live, "late");
    live.ytext.insert(5, "and here ");
    live.ytext.delete(0, 9);
    expect(read(live)).toBe("here one\ntwo\nlate");
    expect(live.unsentText()).toBe("here \n\nlate");
    await live.close();
    expect(live.unsentText()).toBe("here \n\nlate");
  });

  test("sends rejected edits as soon as the role allows it", async ({ createDocument }) => {
    const { id, workspaceId, owner, join, text } = await createDocument();
    const viewer = await join("viewer");
    const live = await viewer.open(id);
    await live.synced();
    live.ytext.insert(0, "early");
    await expect(live.whenSaved()).rejects.toMatchObject({ reason: "ROLE_TOO_LOW" });
    await owner.client.workspace.member.updateRole.mutate({
      workspaceId,
      userId: viewer.user.id,
      role: "editor",
    });
    await vi.waitFor(() => expect(live.saveState.get().status).toBe("saved"), pollOptions);
    expect(live.meta.get().role).toBe("editor");
    expect(await text()).toBe("early");
  });

  test("keeps what an editor was typing when they became a commenter, who can still comment", async ({
    createDocument,
  }) => {
    const { id, workspaceId, owner, join, text } = await createDocument("theirs\n");
    const { user, client, open } = await join("editor");
    const live = await open(id);
    await live.synced();
    const setRole = (role: Role) =>
      owner.client.workspace.member.updateRole.mutate({ workspaceId, userId: user.id, role });
    let typed = "";
    const typing = (async () => {
      while (live.saveState.get().status !== "refused") {
        live.ytext.insert(typed.length, ".");
        typed += ".";
        await new Promise((done) => setImmediate(done));
      }
    })();
    await setRole("commenter");
    await typing;
    expect(live.saveState.get()).toMatchObject({ status: "refused", reason: "ROLE_TOO_LOW" });
    await vi.waitFor(() => expect(live.meta.get().role).toBe("commenter"), pollOptions);
    const saved = await text();
    await client.document.comment.create.mutate({
      documentId: id,
      body: "Why?",
      anchor: { quote: "theirs" },
    });
    expect(read(live)).toBe(`${typed}theirs\n`);
    expect(await text()).toBe(saved);
    expect(saved.length).toBeLessThan(read(live).length);

    await setRole("editor");
    await vi.waitFor(async () => expect(await text()).toBe(`${typed}theirs\n`), pollOptions);
  });

  test("rejects edits that make the document too large, and continues when it fits again", async ({
    createDocument,
  }) => {
    const { id, owner, text } = await createDocument("small\n");
    const live = await owner.open(id);
    await live.synced();
    live.ytext.insert(live.ytext.length, "x".repeat(1_600_000));
    await expect(live.whenSaved()).rejects.toMatchObject({ reason: "DOCUMENT_TOO_LARGE" });
    live.ytext.insert(0, "still here\n");
    live.ytext.delete("still here\nsmall\n".length, 1_600_000);
    await vi.waitFor(() => expect(live.saveState.get().status).toBe("saved"), pollOptions);
    expect(await text()).toBe("still here\nsmall\n");
  });

  test("reports a new title", async ({ createDocument }) => {
    const { id, owner } = await createDocument();
    const live = await owner.open(id);
    await live.synced();
    await owner.client.document.update.mutate({ id, title: "Renamed" });
    await vi.waitFor(
      () => expect(live.meta.get()).toMatchObject({ title: "Renamed", deleted: false }),
      pollOptions,
    );
  });

  test("closes with the reason when the user loses access", async ({ createDocument }) => {
    const { id, workspaceId, owner, join } = await createDocument();
    const editor = await join("editor");
    const live = await editor.open(id);
    await live.synced();
    await owner.client.workspace.member.remove.mutate({ workspaceId, userId: editor.user.id });
    await vi.waitFor(
      () => expect(live.saveState.get()).toMatchObject({ status: "closed", reason: "NOT_FOUND" }),
      pollOptions,
    );
  });

  test("closes for all users when the document is deleted", async ({ createDocument }) => {
    const { id, owner, join } = await createDocument("text\n");
    const viewer = await join("viewer");
    const [a, b] = await Promise.all([owner.open(id), viewer.open(id)]);
    await Promise.all([a.synced(), b.synced()]);
    await owner.client.document.delete.mutate({ id });
    for (const live of [a, b]) {
      await vi.waitFor(
        () => expect(live.saveState.get()).toMatchObject({ status: "closed", reason: "NOT_FOUND" }),
        pollOptions,
      );
      expect(live.meta.get()).toMatchObject({ deleted: true });
      // The streams of the document and of the people in it end independently.
      await vi.waitFor(() => expect(listOthers(live)).toEqual([]), pollOptions);
    }
  });

  test("closes with NOT_FOUND when the document does not exist", async ({ createDocument }) => {
    const { owner } = await createDocument();
    const live = await owner.open(crypto.randomUUID());
    await expect(live.synced()).rejects.toMatchObject({ reason: "NOT_FOUND" });
    await expect(live.whenSaved()).resolves.toBe(0);
  });
});
