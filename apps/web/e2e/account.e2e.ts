import { readFile } from "node:fs/promises";

import { createClient, reasonOf } from "@mdreader/client";
import { expect, it } from "vitest";

import { password, register, setUpPerson, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();

it("a person downloads their data after confirming it", async () => {
  const { page, failures } = await web.person();
  await register(page, web.url, "ada");
  await using ada = createClient({ url: web.url });
  await ada.auth.login.mutate({ email: "ada@example.test", password });
  const { id: workspaceId } = await ada.workspace.create.mutate({ name: "Letters" });
  await ada.document.create.mutate({ workspaceId, title: "To Charles" });
  await page.goto(`${web.url}/account`);
  await page.getByRole("button", { name: "Download your data" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Your password").fill("not the password");
  await dialog.getByRole("button", { name: "Download" }).click();
  await dialog.getByText("The current password is incorrect.").waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByLabel("Your password").fill(password);
  const coming = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download" }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  // The names of entries are stored as they are.
  const archive = (await readFile(await download.path())).toString("latin1");
  expect(archive).toContain("documents/To Charles.md");
  await page.getByRole("heading", { name: "Profile" }).waitFor();
  expect(failures).toEqual([]);
});

it("a superuser finds a deleted account and restores it", async () => {
  const root = await setUpPerson(web, "root");
  if (web.setup.state !== "new") throw new Error("the server has an administrator");
  const token = new URLSearchParams(new URL(web.setup.url).hash.slice(1)).get("token") ?? "";
  await root.auth.admin.claim.mutate({ token });
  await using ben = createClient({ url: web.url });
  const account = { email: "ben@example.test", username: "ben", password };
  await ben.auth.register.mutate(account);
  await ben.auth.deleteAccount.mutate({ password });
  const { page, failures } = await web.person();
  await signIn(page, web.url, "root");
  await page.goto(`${web.url}/admin/users`);
  await page.getByLabel("Show").selectOption("deleted");
  await page.getByText("ben@example.test; ").waitFor();
  await page.getByText("will be permanently deleted").waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Actions for ben" }).click();
  await page.getByRole("menuitem", { name: "Restore account" }).click();
  await page.getByText("ben was restored.").waitFor();
  await page.getByText("ben@example.test; ").waitFor({ state: "detached" });
  await using again = createClient({ url: web.url });
  const { user } = await again.auth.login.mutate({ email: account.email, password });
  expect(user.email).toBe(account.email);
  expect(failures).toEqual([]);
});

it("a form keeps what someone types when someone else saves it, and shows the other changes", async () => {
  const carla = await setUpPerson(web, "carla");
  const { id: workspaceId } = await carla.workspace.create.mutate({ name: "Handbook" });
  const { page, failures } = await web.person();
  await signIn(page, web.url, "carla");
  await page.goto(`${web.url}/w/${workspaceId}/settings`);
  const description = page.getByLabel("Description");
  await description.fill("How we work");
  await carla.workspace.update.mutate({ id: workspaceId, name: "Team handbook", language: "german" });
  await expect.poll(() => page.getByLabel("Name", { exact: true }).inputValue()).toBe("Team handbook");
  expect(await description.inputValue()).toBe("How we work");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  expect(await carla.workspace.get.query({ id: workspaceId })).toMatchObject({
    name: "Team handbook",
    description: "How we work",
    language: "german",
  });
  expect(failures).toEqual([]);
});

it("a person creates API keys of their own and of a workspace, which work until they are revoked", async () => {
  const dora = await setUpPerson(web, "dora");
  const { id: workspaceId } = await dora.workspace.create.mutate({ name: "Nursery" });
  const { page, failures } = await web.person();
  await signIn(page, web.url, "dora");
  for (const path of ["/account/api-keys", `/w/${workspaceId}/settings`]) {
    await page.goto(`${web.url}${path}`);
    await page.getByRole("button", { name: "New key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("Nightly");
    await dialog.getByRole("checkbox", { name: "Read" }).uncheck();
    await dialog.getByRole("button", { name: "Create key" }).click();
    await dialog.getByText("Choose at least one scope.").waitFor();
    await dialog.getByRole("checkbox", { name: "Read" }).check();
    await dialog.getByRole("button", { name: "Create key" }).click();
    const secret = await dialog.getByLabel("API key", { exact: true }).inputValue();
    await dialog.getByRole("button", { name: "Done" }).click();
    await using script = createClient({ url: web.url, token: secret });
    expect((await script.document.list.query({ workspaceId })).items).toEqual([]);

    await page.getByRole("button", { name: "Revoke Nightly" }).click();
    await page.getByRole("button", { name: "Revoke key" }).click();
    await page.getByRole("button", { name: "Revoke key" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Revoke Nightly" }).waitFor({ state: "detached" });
    const refused = await script.document.list.query({ workspaceId }).catch((error: unknown) => error);
    expect(reasonOf(refused)).toBe("SESSION_ENDED");
  }
  expect(failures).toEqual([]);
});
