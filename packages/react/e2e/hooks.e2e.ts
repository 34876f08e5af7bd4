import { openDocument } from "@mdreader/client/live";
import type { TestUser } from "@mdreader/testing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type HooksTest, startHooksTest } from "./app.ts";

let app: HooksTest;
let ada: TestUser;
let ben: TestUser;
beforeAll(async () => {
  app = await startHooksTest();
  ada = await app.server.createUser({ username: "ada" });
  ben = await app.server.createUser({ username: "ben" });
});
afterAll(() => app[Symbol.asyncDispose]());

/** Waits until an output of the page has a text. */
const expectOutput = (page: Page, label: string) =>
  expect.poll(() => page.getByLabel(label, { exact: true }).textContent());
const expectText = (page: Page) => expect.poll(() => page.locator("pre").textContent());
const click = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** Creates a workspace of Ben in which Ada is an editor, with a document. */
async function createDocument(content = "") {
  const { id: workspaceId } = await ben.createWorkspace({ name: "Handbook", members: { editor: [ada] } });
  const { id } = await ben.createDocument({ workspaceId, title: "Plan", content });
  return { workspaceId, id };
}

describe("useLiveDocument", () => {
  test("returns a document with content, whose edits travel both ways", async () => {
    const { id } = await createDocument("# Plan\n");
    const page = await app.open(ada, { show: "documents", documents: id });
    await expectText(page).toBe("# Plan\n");

    await using live = await openDocument(ben.client, id);
    await live.synced();
    live.ytext.insert(0, "from Ben\n");
    await expectText(page).toBe("from Ben\n# Plan\n");

    await click(page, "Type");
    await expectOutput(page, "Status").toBe("saved");
    await expect.poll(() => live.ytext.toJSON()).toBe("from Ben\n# Plan\ntyped here\n");

    await ben.client.document.update.mutate({ id, title: "Schedule" });
    await expectOutput(page, "Title").toBe("Schedule");
  });

  test("returns an empty document of which the server says that it can't be read", async () => {
    const page = await app.open(ada, { show: "documents", documents: crypto.randomUUID() });
    await expectOutput(page, "Status").toBe("closed");
    await expectText(page).toBe("");
  });

  test("leaves the room of the document before", async () => {
    const first = await createDocument("first");
    const second = await createDocument("second");
    const page = await app.open(ada, { show: "documents", documents: `${first.id},${second.id}` });
    const countPeople = async ({ id }: { id: string }) =>
      (await ben.client.presence.list.query({ documentId: id })).people.length;
    await expectText(page).toBe("first");
    await expect.poll(() => countPeople(first)).toBe(1);

    await click(page, "Open 2");
    await expectText(page).toBe("second");
    await expect.poll(() => countPeople(first)).toBe(0);
    await expect.poll(() => countPeople(second)).toBe(1);

    await click(page, "Leave");
    await expect.poll(() => countPeople(second)).toBe(0);
  });

  test("stores edits that were made offline, and sends them when the document is opened again", async () => {
    const { id } = await createDocument("");
    const { page, line } = await app.openWithNetwork(ada, { show: "documents", documents: id });
    await expectOutput(page, "Status").toBe("saved");

    await line.cut();
    await expectOutput(page, "Status").toBe("offline");
    await click(page, "Type");
    await click(page, "Leave");
    await expectOutput(page, "Unsent").toBe("1");

    await click(page, "Open 1");
    await expectText(page).toBe("typed here\n");
    await expectOutput(page, "Status").toBe("offline");
    line.mend();
    await expectOutput(page, "Status").toBe("saved");
    expect((await ben.client.document.get.query({ id })).content).toBe("typed here\n");
  });
});

describe("usePresence", () => {
  test("lists each of the other people once, and who is typing", async () => {
    const { id } = await createDocument("");
    const page = await app.open(ada, { show: "documents", documents: id });
    const people = () => page.getByLabel("People").getByRole("listitem").allTextContents();
    await expectOutput(page, "Status").toBe("saved");
    expect(await people()).toEqual([]);

    await using first = await openDocument(ben.client, id);
    const second = await openDocument(ben.client, id);
    await Promise.all([first.synced(), second.synced()]);
    await expect.poll(people).toEqual(["ben viewing"]);
    second.ytext.insert(0, "typing");
    await expect.poll(people).toEqual(["ben typing"]);

    await second.close();
    await expect.poll(people).toEqual(["ben viewing"]);
    await first.close();
    await expect.poll(people).toEqual([]);
  });
});

/** Opens the page of a workspace, and waits until it follows the events. */
async function openWorkspace(workspaceId: string): Promise<Page> {
  const page = await app.open(ada, { show: "workspace", workspace: workspaceId });
  await expectOutput(page, "Status").toBe("pending");
  return page;
}

describe("useWorkspaceEvents", () => {
  test("shows what others rename, create and delete in all kinds of lists", async () => {
    const { workspaceId, id } = await createDocument();
    await ada.client.document.favorite.add.mutate({ documentId: id });
    const page = await openWorkspace(workspaceId);
    const expectLists = async (names: string, favorites: string) => {
      await expectOutput(page, "Pages").toBe(names);
      await expectOutput(page, "Page").toBe(names);
      await expectOutput(page, "Favorites").toBe(favorites);
    };
    await expectLists("Plan", "Plan");
    await expectOutput(page, "Activity").toMatch(/^document\.created, /);

    await ben.client.document.update.mutate({ id, title: "Schedule" });
    await expectLists("Schedule", "Schedule");

    await ben.createDocument({ workspaceId, title: "Agenda" });
    await expectLists("Agenda, Schedule", "Schedule");

    await ben.client.document.delete.mutate({ id });
    await expectLists("Agenda", "");

    await ben.client.document.restore.mutate({ id });
    await expectLists("Agenda, Schedule", "Schedule");

    await ben.client.workspace.update.mutate({ id: workspaceId, name: "Manual" });
    await expect.poll(() => page.getByRole("heading").textContent()).toBe("Manual");

    const events =
      "document.updated, document.created, document.deleted, document.restored, workspace.updated";
    await expectOutput(page, "Events").toBe(events);
    const newestFirst = events.split(", ").toReversed().join(", ");
    await expectOutput(page, "Activity").toContain(newestFirst);
  });

  test("misses nothing that happens between loading the workspace and following it", async () => {
    const { workspaceId, id } = await createDocument();
    const page = await app.open(ada, { show: "workspace", workspace: workspaceId, follows: "later" });
    await expectOutput(page, "Pages").toBe("Plan");
    await expectOutput(page, "Activity").toMatch(/^document\.created, /);
    expect(await page.getByRole("heading").textContent()).toBe("Handbook");

    await ben.client.document.update.mutate({ id, title: "Schedule" });
    await ben.createDocument({ workspaceId, title: "Agenda" });
    expect(await page.getByLabel("Pages", { exact: true }).textContent()).toBe("Plan");
    await click(page, "Follow");
    await expectOutput(page, "Events").toBe("document.updated, document.created");
    await expectOutput(page, "Pages").toBe("Agenda, Schedule");
    await expectOutput(page, "Activity").toMatch(/^document\.created, document\.updated, /);
  });

  test("writes a new name into the cache without fetching the workspace's other lists", async () => {
    const { workspaceId, id } = await createDocument();
    const page = await openWorkspace(workspaceId);
    await expectOutput(page, "Activity").toMatch(/^document\.created, /);
    await expectOutput(page, "Favorites").toBe("");
    const called: string[] = [];
    page.on("request", (request) => {
      const [, procedures = ""] = /\/trpc\/([\w.,]+)/.exec(request.url()) ?? [];
      called.push(...procedures.split(","));
    });
    await ben.client.document.update.mutate({ id, title: "Schedule" });
    await expectOutput(page, "Pages").toBe("Schedule");
    await expectOutput(page, "Activity").toMatch(/^document\.updated, /);
    // The order of the tree may have changed.
    expect(called.filter((name) => name !== "document.tree")).toEqual([]);
  });

  test("shows that access was revoked", async () => {
    const { workspaceId } = await createDocument();
    const page = await openWorkspace(workspaceId);
    await expectOutput(page, "Pages").toBe("Plan");
    await ben.client.workspace.member.remove.mutate({ workspaceId, userId: ada.id });
    await expectOutput(page, "Reason").toBe("NOT_FOUND");
  });
});

describe("useWorkspacePresence", () => {
  test("tells which other people are in which documents", async () => {
    const { workspaceId, id } = await createDocument();
    const page = await openWorkspace(workspaceId);
    await expectOutput(page, "Present").toBe("");
    const live = await openDocument(ben.client, id);
    await expectOutput(page, "Present").toBe(`ben in ${id}`);
    await live.close();
    await expectOutput(page, "Present").toBe("");
  });
});

describe("useUpload", () => {
  const text = (name: string) => ({
    name,
    mimeType: "text/plain",
    buffer: Buffer.from(`content of ${name}`),
  });

  test("uploads several files at once", async () => {
    const { workspaceId } = await createDocument();
    const page = await app.open(ada, { show: "uploads", workspace: workspaceId });
    await page.getByLabel("Files").setInputFiles([text("a.txt"), text("b.txt")]);
    await expect
      .poll(async () => (await page.getByLabel("Paths").textContent())?.split(", ").toSorted())
      .toEqual(["a.txt", "b.txt"]);
    await expectOutput(page, "Progress").toBe("none");
    const { items } = await ada.client.file.list.query({ workspaceId });
    expect(items.map(({ name }) => name).toSorted()).toEqual(["a.txt", "b.txt"]);
  });

  test("shows progress, and cancels", async () => {
    const { workspaceId } = await createDocument();
    const page = await app.open(ada, { show: "uploads", workspace: workspaceId });
    await page.route("**/files/uploads/**", () => {}); // never answered
    await page.getByLabel("Files").setInputFiles([text("a.txt")]);
    await expectOutput(page, "Progress").toBe("0");
    await click(page, "Cancel");
    await expectOutput(page, "Status").toBe("error");
    await expectOutput(page, "Progress").toBe("none");
  });

  test("fails with the server's reason", async () => {
    const { workspaceId } = await createDocument();
    await ben.client.workspace.member.updateRole.mutate({ workspaceId, userId: ada.id, role: "viewer" });
    const page = await app.open(ada, { show: "uploads", workspace: workspaceId });
    await page.getByLabel("Files").setInputFiles([text("a.txt")]);
    await expectOutput(page, "Reason").toBe("ROLE_TOO_LOW");
  });
});

describe("useTRPC", () => {
  test("has mutations, whose errors have reasons", async () => {
    const { workspaceId } = await createDocument();
    const page = await app.open(ada, { show: "workspace", workspace: workspaceId });
    await click(page, "Create");
    await expectOutput(page, "Refused").toBe("true");
  });

  test("needs a provider", async () => {
    const page = await app.open(ada, { show: "none" });
    const failed = page.waitForEvent("pageerror");
    await page.goto(`${app.server.url}/hooks/?show=without+provider`);
    expect((await failed).message).toBe("There is no MDReaderProvider above this component.");
  });
});
