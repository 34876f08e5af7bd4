import { apiKeys, documents, createId, users, workspaceMembers } from "@mdreader/db";
import { and, eq } from "drizzle-orm";
import { describe, expect } from "vitest";
import * as Y from "yjs";

import {
  type TestActor,
  createAccount,
  insertUser,
  createClientWithToken,
  type Client,
  catchReason,
} from "../../../testing/index.ts";
import { test as base } from "../../../testing/test.ts";

/** A window in which one word was typed and acknowledged. */
async function openWindow(client: Client, id: string) {
  const doc = new Y.Doc();
  const type = (word: string) => {
    const before = Y.encodeStateVector(doc);
    doc.getText("content").insert(0, `${word} `);
    const update = Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString("base64");
    return client.document.push({ id, update });
  };
  await type("first");
  return { type };
}

const it = base
  .extend(
    "createDocument",
    ({ owner, workspaceId }) =>
      async () =>
        (await owner.client.document.create({ workspaceId, title: "Notes" })).id,
  )
  .extend("createEditor", ({ app, workspaceId }) => async (): Promise<TestActor> => {
    const ben = await insertUser(app);
    await app.services.database.db
      .insert(workspaceMembers)
      .values({ workspaceId, userId: ben.id, role: "editor" });
    return ben;
  })
  .extend(
    "membershipOf",
    ({ workspaceId }) =>
      ({ id }: Pick<TestActor, "id">) =>
        and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, id)),
  );

describe("a window with earlier edits", () => {
  it("is authorized by the appending statement alone", async ({ owner, createDocument, app }) => {
    const { type } = await openWindow(owner.client, await createDocument());
    const before = app.statements.length;
    await type("second");
    // The driver's own statements are not recorded here.
    expect(app.statements.slice(before)).toEqual([]);
  });

  it("is rejected as a viewer after its editor is demoted, and accepted again after a promotion", async ({
    app,
    createDocument,
    createEditor,
    membershipOf,
  }) => {
    const { db } = app.services.database;
    const id = await createDocument();
    const ben = await createEditor();
    const { type } = await openWindow(ben.client, id);
    await db.update(workspaceMembers).set({ role: "viewer" }).where(membershipOf(ben));
    expect(await catchReason(type("second"))).toBe("ROLE_TOO_LOW");
    expect(await catchReason(type("third"))).toBe("ROLE_TOO_LOW");
    await db.update(workspaceMembers).set({ role: "editor" }).where(membershipOf(ben));
    // The rejected edit is missing, so the next one does not fit.
    expect(await catchReason(type("fourth"))).toBe("UPDATE_GAP");
    expect(await (await openWindow(ben.client, id)).type("fifth")).toEqual({ seq: 4 });
  });

  it("is rejected with NOT_FOUND after its editor is removed, or the document is deleted", async ({
    createDocument,
    createEditor,
    owner,
    app,
    membershipOf,
  }) => {
    const id = await createDocument();
    const ben = await createEditor();
    const [his, hers] = [await openWindow(ben.client, id), await openWindow(owner.client, id)];
    await app.services.database.db.delete(workspaceMembers).where(membershipOf(ben));
    expect(await catchReason(his.type("second"))).toBe("NOT_FOUND");
    await hers.type("still");
    await owner.client.document.delete({ id });
    expect(await catchReason(hers.type("third"))).toBe("NOT_FOUND");
  });

  it("is rejected when its session has ended, its key is revoked or expired, or the account is suspended", async ({
    app,
    createDocument,
    workspaceId,
    createEditor,
  }) => {
    const { db } = app.services.database;
    const id = await createDocument();
    const account = await createAccount(app);
    await db.insert(workspaceMembers).values({ workspaceId, userId: account.user.id, role: "editor" });
    const aKey = () => account.client.auth.apiKey.create({ name: "script", scopes: ["read", "write"] });
    const [one, two] = [await aKey(), await aKey()];
    const [revoked, expired] = [
      await openWindow(await createClientWithToken(app, one.secret), id),
      await openWindow(await createClientWithToken(app, two.secret), id),
    ];
    const loggedOut = await openWindow(account.client, id);
    await account.client.auth.apiKey.revoke({ id: one.id });
    await db
      .update(apiKeys)
      .set({ expiresAt: new Date(0).toISOString() })
      .where(eq(apiKeys.id, two.id));
    await account.client.auth.logout();
    for (const { type } of [revoked, expired, loggedOut])
      expect(await catchReason(type("second"))).toBe("SESSION_ENDED");

    const ben = await createEditor();
    const suspended = await openWindow(ben.client, id);
    await db.update(users).set({ deactivatedAt: new Date().toISOString() }).where(eq(users.id, ben.id));
    expect(await catchReason(suspended.type("second"))).toBe("SESSION_ENDED");
  });

  it("loses no edits when another author of the batch loses access", async ({
    createDocument,
    createEditor,
    owner,
    app,
    membershipOf,
  }) => {
    const id = await createDocument();
    const ben = await createEditor();
    const [his, hers] = [await openWindow(ben.client, id), await openWindow(owner.client, id)];
    await app.services.database.db.delete(workspaceMembers).where(membershipOf(ben));
    const typed = await Promise.allSettled([hers.type("one"), his.type("two"), hers.type("three")]);
    expect(typed.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await owner.client.document.get({ id })).content).toContain("three one first ");
  });

  it("learns why an edit is invalid, as long as it may edit", async ({ createDocument, owner }) => {
    const id = await createDocument();
    await openWindow(owner.client, id);
    expect(await catchReason(owner.client.document.push({ id, update: "AAAA" }))).toBe("BAD_UPDATE");
  });
});

it("keeps the order of edits that a new window sends without waiting for acknowledgements", async ({
  createDocument,
  owner,
}) => {
  const id = await createDocument();
  const window = new Y.Doc();
  const sent: Promise<{ seq: number }>[] = [];
  window.on("update", (update: Uint8Array) => {
    sent.push(owner.client.document.push({ id, update: Buffer.from(update).toString("base64") }));
  });
  const words = "typed faster than anybody is asked who they are ".split(/(?<= )/);
  for (const word of words) window.getText("content").insert(window.getText("content").length, word);
  expect((await Promise.all(sent)).map(({ seq }) => seq)).toEqual(words.map((_, index) => index + 2));
  expect((await owner.client.document.get({ id })).content).toBe(words.join(""));
});

it("reveals nothing about an edit to callers without access", async ({ app, createDocument }) => {
  const stranger = await insertUser(app);
  const id = await createDocument();
  expect(await catchReason(stranger.client.document.push({ id, update: "AAAA" }))).toBe("NOT_FOUND");
  expect(await catchReason(stranger.client.document.push({ id: createId(), update: "AAAA" }))).toBe(
    "NOT_FOUND",
  );
  const [row] = await app.services.database.db.select().from(documents).where(eq(documents.id, id));
  expect(row?.version).toBe(1);
});
