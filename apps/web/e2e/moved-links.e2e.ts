import { createClient } from "@mdreader/client";
import { expect, it } from "vitest";

import { password, setUpWeb, signIn } from "./app.ts";

const web = await setUpWeb();

it("updates links after a folder or document is renamed, and reverts them on undo", async () => {
  await using client = createClient({ url: web.url });
  await client.auth.register.mutate({ email: "ada@example.test", username: "ada", password });
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Handbook" });
  const folder = await client.document.folder.create.mutate({ workspaceId, name: "Guides" });
  const target = await client.document.create.mutate({
    workspaceId,
    folderId: folder.id,
    title: "Onboarding",
  });
  const content = "See [this](Guides/Onboarding.md) and ![that](Guides/Onboarding.md#part).\n";
  const { id } = await client.document.create.mutate({ workspaceId, title: "Start", content });
  const waitForText = (text: string) =>
    expect.poll(async () => (await client.document.get.query({ id })).content).toBe(text);

  const { page, failures } = await web.person();
  await signIn(page, web.url, "ada");
  await page.goto(`${web.url}/w/${workspaceId}`);
  const tree = page.getByRole("tree", { name: "Documents" });
  await tree.getByRole("treeitem", { name: "Guides" }).focus();
  await page.keyboard.press("F2");
  await page.getByLabel("New name for Guides").fill("Not kept");
  await page.keyboard.press("Escape");
  await tree.getByRole("treeitem", { name: "Guides" }).focus();
  await page.keyboard.press("F2");
  await page.getByLabel("New name for Guides").fill("How to");
  await page.keyboard.press("Enter");
  await page.getByText("2 links in 1 document point to the old location.").waitFor();
  await page.getByRole("button", { name: "Update links" }).click();
  await page.getByText("Updated 2 links in 1 document.").waitFor();
  await waitForText(content.replaceAll("Guides/", "How%20to/"));

  await page.getByRole("button", { name: "Undo" }).click();
  await tree.getByRole("treeitem", { name: "Guides" }).waitFor();
  await waitForText(content);

  await page.goto(`${web.url}/w/${workspaceId}/d/${target.id}`);
  const title = page.getByLabel("Title", { exact: true });
  await title.fill("First days");
  await title.press("Enter");
  await page.getByRole("button", { name: "Update links" }).click();
  await waitForText(content.replaceAll("Onboarding", "First%20days"));
  await page.getByText("Undo", { exact: true }).click();
  await waitForText(content);
  expect((await client.document.get.query({ id: target.id })).title).toBe("Onboarding");
  expect(failures).toEqual([]);
});

it("offers to update links to former places also later, except those that lead somewhere", async () => {
  await using client = createClient({ url: web.url });
  await client.auth.register.mutate({ email: "ben@example.test", username: "ben", password });
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Later" });
  const folder = await client.document.folder.create.mutate({ workspaceId, name: "Guides" });
  const target = await client.document.create.mutate({ workspaceId, title: "Plan" });
  const other = await client.document.create.mutate({ workspaceId, title: "Draft" });
  const content = "See [this](Plan.md) and [that](Draft.md).\n";
  const { id } = await client.document.create.mutate({ workspaceId, title: "Start", content });
  await client.document.move.mutate({ id: target.id, folderId: folder.id });
  await client.document.update.mutate({ id: target.id, title: "Schedule" });
  await client.document.update.mutate({ id: other.id, title: "Sketch" });
  // Another document has the former name now, which links may refer to.
  await client.document.create.mutate({ workspaceId, title: "Draft" });

  const { page, failures } = await web.person();
  await signIn(page, web.url, "ben");
  await page.goto(`${web.url}/w/${workspaceId}`);
  const update = async (name: string) => {
    await page.getByRole("treeitem", { name }).click({ button: "right" });
    await page.getByRole("menuitem", { name: "Update links…" }).click();
  };
  await page.getByRole("treeitem", { name: "Guides" }).click();
  await update("Schedule");
  await page.getByText("1 link in 1 document points to an old location of “Schedule”.").waitFor();
  await page.getByRole("button", { name: "Update links" }).click();
  await page.getByText("Updated 1 link in 1 document.").waitFor();
  const updated = content.replace("Plan.md", "Guides/Schedule.md");
  expect((await client.document.get.query({ id })).content).toBe(updated);
  await update("Schedule");
  await page.getByText("No links point to an old location of “Schedule”.").waitFor();
  await update("Sketch");
  await page.getByText("No links point to an old location of “Sketch”.").waitFor();
  expect(failures).toEqual([]);
});
