import { TRPCError } from "@trpc/server";
import { describe, expect } from "vitest";

import {
  createTestLimiter,
  type TestActor,
  insertUser,
  insertWorkspace,
  catchReason,
} from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";

const day = 86_400;
const shares = (who: TestActor) => who.client.document.share;
async function failureShape(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof TRPCError && { code: error.code, message: error.message, cause: error.cause };
}

const it = base
  .extend(
    "documentId",
    async ({ admin, workspaceId }) =>
      (await admin.client.document.create({ workspaceId, title: "Plan", content: "# Plan\n" })).id,
  )
  .extend(
    "create",
    ({ admin, documentId }) =>
      (rest: { password?: string; expiresInDays?: number } = {}) =>
        shares(admin).create({ documentId, ...rest }),
  )
  .extend(
    "read",
    ({ app }) =>
      (token: string, rest: { password?: string; shareToken?: string; knownVersion?: number } = {}) =>
        app.as().document.share.read({ token, ...rest }),
  )
  /** The response for an unknown link. */
  .extend(
    "readUnknownLink",
    ({ read }) =>
      () =>
        failureShape(read("never-was")),
  );

describe("a share", () => {
  it("shows the current document to anyone with its link, and nothing else of the workspace", async ({
    create,
    read,
    editor,
    documentId,
  }) => {
    const { token, url } = await create();
    expect(url).toBe(`http://app.test/s/${token}`);
    const shown = await read(token);
    expect(shown).toEqual({
      title: "Plan",
      content: "# Plan\n",
      version: 1,
      updatedAt: expect.any(String),
      expiresAt: null,
      shareToken: null,
    });
    await editor.client.document.update({
      id: documentId,
      title: "New plan",
      content: "# New\n",
      overwrite: true,
    });
    expect(await read(token)).toMatchObject({ title: "New plan", content: "# New\n" });
  });

  it("shows live edits before they are stored, and does not resend a text that the reader has", async ({
    create,
    read,
    editor,
    documentId,
    app,
  }) => {
    const { token } = await create();
    const { version } = await read(token);
    expect(await read(token, { knownVersion: version })).toMatchObject({ content: null, version });
    await editor.client.document.applyText({ id: documentId, baseVersion: version, text: "# Plan\ntyped\n" });
    await app.services.database
      .sql`update documents set content_version = 1, content = '' where id = ${documentId}`;
    expect(await read(token, { knownVersion: version })).toMatchObject({
      content: "# Plan\ntyped\n",
      version: version + 1,
    });
  });

  it("returns its link once: neither the database nor the list contains it", async ({
    create,
    editor,
    documentId,
    admin,
    app,
  }) => {
    const { token, id } = await create({ password: "correct horse" });
    const { items } = await shares(editor).list({ documentId });
    expect(items).toMatchObject([
      { id, documentId, hint: token.slice(-4), hasPassword: true, createdBy: { id: admin.id } },
    ]);
    const rows = await app.services.database.sql`select * from share_links where id = ${id}`;
    expect(JSON.stringify([items, rows])).not.toContain(token);
    expect(JSON.stringify(rows)).not.toContain("correct horse");
  });

  it("is created and revoked by admins, and listed by editors", async ({
    create,
    editor,
    documentId,
    viewer,
  }) => {
    const { id } = await create();
    expect(await catchReason(shares(editor).create({ documentId }))).toBe("ROLE_TOO_LOW");
    expect(await catchReason(shares(editor).revoke({ documentId, id }))).toBe("ROLE_TOO_LOW");
    expect(await catchReason(shares(viewer).list({ documentId }))).toBe("ROLE_TOO_LOW");
  });

  it("is listed page by page, newest first", async ({ create, editor, documentId }) => {
    const made = [await create(), await create(), await create()].map(({ id }) => id).toReversed();
    const first = await shares(editor).list({ documentId, limit: 2 });
    const second = await shares(editor).list({ documentId, limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made);
    expect(second.nextCursor).toBeNull();
  });
});

describe("an invalid share", () => {
  it("responds like an unknown one immediately after a revocation, even to earlier readers", async ({
    create,
    read,
    admin,
    documentId,
    readUnknownLink,
    editor,
  }) => {
    const { token, id } = await create();
    const { version } = await read(token);
    await shares(admin).revoke({ documentId, id });
    expect(await failureShape(read(token, { knownVersion: version }))).toEqual(await readUnknownLink());
    expect(await catchReason(shares(admin).revoke({ documentId, id }))).toBe("NOT_FOUND");
    expect((await shares(editor).list({ documentId })).items).toEqual([]);
  });

  it("responds like an unknown one after it expires, even with its password", async ({
    create,
    read,
    app,
    readUnknownLink,
    editor,
    documentId,
  }) => {
    const { token, expiresAt } = await create({ password: "correct horse", expiresInDays: 2 });
    const { shareToken } = await read(token, { password: "correct horse" });
    expect(Date.parse(expiresAt ?? "") - app.services.clock.now().getTime()).toBeGreaterThan(day * 1000);
    app.services.clock.advance(2 * day);
    expect(await failureShape(read(token))).toEqual(await readUnknownLink());
    expect(await failureShape(read(token, { password: "correct horse" }))).toEqual(await readUnknownLink());
    expect(await failureShape(read(token, { shareToken: shareToken ?? "" }))).toEqual(
      await readUnknownLink(),
    );
    expect((await shares(editor).list({ documentId })).items).toEqual([]);
  });

  it("is invalid while its document is in the trash, and valid again once that is restored", async ({
    create,
    editor,
    documentId,
    read,
    readUnknownLink,
  }) => {
    const { token } = await create();
    await editor.client.document.delete({ id: documentId });
    expect(await failureShape(read(token))).toEqual(await readUnknownLink());
    await editor.client.document.restore({ id: documentId });
    expect(await read(token)).toMatchObject({ title: "Plan" });
  });

  it("is invalid while its folder is in the trash", async ({
    create,
    editor,
    workspaceId,
    documentId,
    read,
    readUnknownLink,
  }) => {
    const { token } = await create();
    const folder = await editor.client.document.folder.create({ workspaceId, name: "Plans" });
    await editor.client.document.move({ id: documentId, folderId: folder.id });
    await editor.client.document.folder.delete({ id: folder.id });
    expect(await failureShape(read(token))).toEqual(await readUnknownLink());
    await editor.client.document.folder.restore({ id: folder.id });
    expect(await read(token)).toMatchObject({ title: "Plan" });
  });

  it("is invalid while its workspace is deleted, and is deleted with a purged document", async ({
    create,
    owner,
    workspaceId,
    read,
    readUnknownLink,
    admin,
    documentId,
  }) => {
    const { token } = await create();
    await owner.client.workspace.delete({ id: workspaceId });
    expect(await failureShape(read(token))).toEqual(await readUnknownLink());
    await owner.client.workspace.restore({ id: workspaceId });
    expect(await read(token)).toMatchObject({ title: "Plan" });
    await admin.client.document.delete({ id: documentId });
    await admin.client.document.purge({ id: documentId });
    expect(await failureShape(read(token))).toEqual(await readUnknownLink());
  });

  it("cannot be revoked through another document", async ({ create, app, read }) => {
    const { token, id } = await create();
    const outsider = await insertUser(app);
    const own = await insertWorkspace(app, { owner: outsider });
    const mine = await outsider.client.document.create({ workspaceId: own.id, title: "Mine" });
    expect(await catchReason(shares(outsider).revoke({ documentId: mine.id, id }))).toBe("NOT_FOUND");
    expect(await read(token)).toMatchObject({ title: "Plan" });
  });
});

describe("a share with a password", () => {
  it("shows nothing without the password, or with a wrong one", async ({ create, read }) => {
    const { token } = await create({ password: "correct horse" });
    expect(await catchReason(read(token))).toBe("SHARE_PASSWORD_REQUIRED");
    expect(await catchReason(read(token, { password: "wrong horse" }))).toBe("SHARE_PASSWORD_WRONG");
    expect(await read(token, { password: "correct horse" })).toMatchObject({ content: "# Plan\n" });
  });

  it("accepts its share token for no other share, and renews it in time for an open page", async ({
    create,
    read,
    app,
  }) => {
    const { token } = await create({ password: "correct horse" });
    const other = await create({ password: "correct horse" });
    const { shareToken } = await read(token, { password: "correct horse" });
    if (shareToken === null) throw new Error("no share token was issued");
    expect(await read(token, { shareToken })).toMatchObject({ content: "# Plan\n", shareToken });
    expect(await catchReason(read(other.token, { shareToken }))).toBe("SHARE_PASSWORD_REQUIRED");
    expect(await catchReason(read(token, { shareToken: `${shareToken}x` }))).toBe("SHARE_PASSWORD_REQUIRED");
    app.services.clock.advance(3000);
    const { shareToken: next } = await read(token, { shareToken });
    app.services.clock.advance(700);
    expect(await catchReason(read(token, { shareToken }))).toBe("SHARE_PASSWORD_REQUIRED");
    expect(await read(token, { shareToken: next ?? "" })).toMatchObject({ shareToken: next });
  });

  it("computes no hash when there are too many links, and limits the hashes per user", async ({
    app,
    admin,
    create,
  }) => {
    const original = { limiter: app.services.limiter, hash: app.services.passwords.hash };
    const limiter = createTestLimiter({ "share.protect": 3 });
    app.services.limiter = limiter;
    let hashes = 0;
    app.services.passwords.hash = (password, turn) => {
      hashes += 1;
      expect(turn).toEqual({ owner: admin.id });
      return original.hash(password, turn);
    };
    try {
      const made = await Promise.all(
        Array.from({ length: 5 }, () => catchReason(create({ password: "correct horse" }))),
      );
      expect(made.filter((reason) => reason === "RATE_LIMITED")).toHaveLength(2);
      await Promise.all(Array.from({ length: 97 }, () => create()));
      expect(await catchReason(create({ password: "correct horse" }))).toBe("LIMIT_REACHED");
      expect(hashes).toBe(3);
    } finally {
      app.services.limiter = original.limiter;
      app.services.passwords.hash = original.hash;
    }
  });

  it("counts only password attempts: per share and network, and per network", async ({
    app,
    create,
    read,
  }) => {
    const original = app.services.limiter;
    const { token, id } = await create({ password: "correct horse" });
    const limiter = createTestLimiter({ "share.password": 2 });
    app.services.limiter = limiter;
    try {
      await catchReason(read(token));
      expect(limiter.counted).toEqual([]);
      await Promise.all([read(token, { password: "1" }), read(token, { password: "2" })].map(catchReason));
      expect(await catchReason(read(token, { password: "correct horse" }))).toBe("RATE_LIMITED");
      expect(new Set(limiter.counted)).toEqual(
        new Set(["share.address 192.0.2.1", `share.password ${id} 192.0.2.1`]),
      );
      const otherNetwork = app.as({ kind: "none" }, { ipAddress: "192.0.2.2" }).document.share;
      expect(await otherNetwork.read({ token, password: "correct horse" })).toMatchObject({ title: "Plan" });
    } finally {
      app.services.limiter = original;
    }
  });
});
