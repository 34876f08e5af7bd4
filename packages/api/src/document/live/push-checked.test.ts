import { apiKeys, documents, newId, users, workspaceMembers } from "@mdreader/db";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";

import {
  type Actor,
  anAccount,
  aUser,
  aWorkspace,
  bearing,
  type Client,
  createTestApp,
  failure,
  type TestApp,
} from "../../testing/index.ts";

let app: TestApp;
let ada: Actor;
let workspaceId: string;

beforeAll(async () => {
  app = await createTestApp();
  ada = await aUser(app);
  workspaceId = (await aWorkspace(app, { owner: ada })).id;
});
afterAll(() => app[Symbol.asyncDispose]());

const aDocument = async () => (await ada.client.document.create({ workspaceId, title: "Notes" })).id;

/** A window in which a word was typed and taken already. */
async function anOpenWindow(client: Client, id: string) {
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

async function anEditor(): Promise<Actor> {
  const ben = await aUser(app);
  await app.services.database.db
    .insert(workspaceMembers)
    .values({ workspaceId, userId: ben.id, role: "editor" });
  return ben;
}

const membershipOf = ({ id }: Pick<Actor, "id">) =>
  and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, id));

describe("a window that has edited before", () => {
  it("is checked by the statement that appends", async () => {
    const { type } = await anOpenWindow(ada.client, await aDocument());
    const before = app.statements.length;
    await type("second");
    // The driver's own statements are not among these.
    expect(app.statements.slice(before)).toEqual([]);
  });

  it("is refused as a viewer after its editor was demoted, and may edit again when they are promoted", async () => {
    const { db } = app.services.database;
    const id = await aDocument();
    const ben = await anEditor();
    const { type } = await anOpenWindow(ben.client, id);
    await db.update(workspaceMembers).set({ role: "viewer" }).where(membershipOf(ben));
    expect(await failure(type("second"))).toBe("ROLE_TOO_LOW");
    expect(await failure(type("third"))).toBe("ROLE_TOO_LOW");
    await db.update(workspaceMembers).set({ role: "editor" }).where(membershipOf(ben));
    // What was refused is not there: what follows on it does not fit.
    expect(await failure(type("fourth"))).toBe("UPDATE_GAP");
    expect(await (await anOpenWindow(ben.client, id)).type("fifth")).toEqual({ seq: 4 });
  });

  it("finds nothing any more after its editor was removed, or the document deleted", async () => {
    const id = await aDocument();
    const ben = await anEditor();
    const [his, hers] = [await anOpenWindow(ben.client, id), await anOpenWindow(ada.client, id)];
    await app.services.database.db.delete(workspaceMembers).where(membershipOf(ben));
    expect(await failure(his.type("second"))).toBe("NOT_FOUND");
    await hers.type("still");
    await ada.client.document.delete({ id });
    expect(await failure(hers.type("third"))).toBe("NOT_FOUND");
  });

  it("is refused when its session has ended, its key was revoked or has expired, or the account was suspended", async () => {
    const { db } = app.services.database;
    const id = await aDocument();
    const account = await anAccount(app);
    await db.insert(workspaceMembers).values({ workspaceId, userId: account.user.id, role: "editor" });
    const aKey = () => account.client.auth.apiKey.create({ name: "script", scopes: ["read", "write"] });
    const [one, two] = [await aKey(), await aKey()];
    const [revoked, expired] = [
      await anOpenWindow(await bearing(app, one.secret), id),
      await anOpenWindow(await bearing(app, two.secret), id),
    ];
    const loggedOut = await anOpenWindow(account.client, id);
    await account.client.auth.apiKey.revoke({ id: one.id });
    await db
      .update(apiKeys)
      .set({ expiresAt: new Date(0).toISOString() })
      .where(eq(apiKeys.id, two.id));
    await account.client.auth.logout();
    for (const { type } of [revoked, expired, loggedOut])
      expect(await failure(type("second"))).toBe("SESSION_ENDED");

    const ben = await anEditor();
    const suspended = await anOpenWindow(ben.client, id);
    await db.update(users).set({ deactivatedAt: new Date().toISOString() }).where(eq(users.id, ben.id));
    expect(await failure(suspended.type("second"))).toBe("SESSION_ENDED");
  });

  it("loses nothing when another author of the same moment may not edit any more", async () => {
    const id = await aDocument();
    const ben = await anEditor();
    const [his, hers] = [await anOpenWindow(ben.client, id), await anOpenWindow(ada.client, id)];
    await app.services.database.db.delete(workspaceMembers).where(membershipOf(ben));
    const typed = await Promise.allSettled([hers.type("one"), his.type("two"), hers.type("three")]);
    expect(typed.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await ada.client.document.get({ id })).content).toContain("three one first ");
  });

  it("is told what is wrong with an edit, as long as it may edit", async () => {
    const id = await aDocument();
    await anOpenWindow(ada.client, id);
    expect(await failure(ada.client.document.push({ id, update: "AAAA" }))).toBe("BAD_UPDATE");
  });
});

it("keeps the order of edits that a new window sends without waiting for answers", async () => {
  const id = await aDocument();
  const window = new Y.Doc();
  const sent: Promise<{ seq: number }>[] = [];
  window.on("update", (update: Uint8Array) => {
    sent.push(ada.client.document.push({ id, update: Buffer.from(update).toString("base64") }));
  });
  const words = "typed faster than anybody is asked who they are ".split(/(?<= )/);
  for (const word of words) window.getText("content").insert(window.getText("content").length, word);
  expect((await Promise.all(sent)).map(({ seq }) => seq)).toEqual(words.map((_, index) => index + 2));
  expect((await ada.client.document.get({ id })).content).toBe(words.join(""));
});

it("tells who never could edit nothing about the edit they send", async () => {
  const stranger = await aUser(app);
  const id = await aDocument();
  expect(await failure(stranger.client.document.push({ id, update: "AAAA" }))).toBe("NOT_FOUND");
  expect(await failure(stranger.client.document.push({ id: newId(), update: "AAAA" }))).toBe("NOT_FOUND");
  const [row] = await app.services.database.db.select().from(documents).where(eq(documents.id, id));
  expect(row?.version).toBe(1);
});
