import { createClient } from "@mdreader/client";
import { afterAll, beforeAll, expect, it } from "vitest";

import { password, register, startWebTest, type WebTest } from "./app.ts";
import { addAuthenticator, addPasskey } from "./authenticator.ts";
import { findBarriers } from "./axe.ts";

let web: WebTest;
beforeAll(async () => {
  web = await startWebTest({ APP_HOST: "localhost" });
});
afterAll(() => web[Symbol.asyncDispose]());

it("a member whose workspace requires a second factor sets one up, and gets back in", async () => {
  const owner = await web.person();
  await addAuthenticator(owner.context, owner.page);
  await register(owner.page, web.url, "olga");
  await using client = createClient({ url: web.url });
  await client.auth.login.mutate({ email: "olga@example.test", password });
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Vault" });
  const { token } = await client.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
  await client.document.create.mutate({ workspaceId, title: "Plan" });
  const member = await web.person();
  await addAuthenticator(member.context, member.page);
  await register(member.page, web.url, "ben");
  await using his = createClient({ url: web.url });
  await his.auth.login.mutate({ email: "ben@example.test", password });
  await his.workspace.invitation.accept.mutate({ token });
  await member.page.goto(`${web.url}/w/${workspaceId}`);
  await member.page.getByRole("treeitem", { name: "Plan" }).waitFor();

  const { page } = owner;
  await page.goto(`${web.url}/w/${workspaceId}/settings`);
  await page.getByLabel("Require two-step verification").click();
  await page.getByRole("button", { name: "Require", exact: true }).click();
  await page.getByText("You haven't set up two-step verification yourself.").waitFor();
  await page.getByRole("link", { name: "Set it up" }).click();
  await page.getByRole("button", { name: "Add a passkey instead" }).click();
  await addPasskey(page);
  await page.getByLabel("Require two-step verification").click();
  await page.getByText("lose access until they do").waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Require", exact: true }).click();
  await page.getByText("Saved").waitFor();
  await page.goto(`${web.url}/w/${workspaceId}/members`);
  await page.getByText("No two-step verification").waitFor();
  expect(await page.getByText("No two-step verification").count()).toBe(1);

  await member.page.getByRole("heading", { name: "This workspace requires two-step verification" }).waitFor();
  await member.page.getByRole("button", { name: "Leave Vault" }).waitFor();
  expect(await findBarriers(member.page)).toEqual([]);
  await member.page.getByRole("link", { name: "Set up two-step verification" }).click();
  await member.page.getByRole("button", { name: "Add a passkey instead" }).click();
  await addPasskey(member.page);
  await member.page.getByRole("treeitem", { name: "Plan" }).waitFor();
  expect([...owner.failures, ...member.failures]).toEqual([]);
});

it("a person adds a passkey, signs in with it alone and after the password, and removes it", async () => {
  const { page, context, failures } = await web.person();
  await addAuthenticator(context, page);
  await register(page, web.url, "ada");
  await page.goto(`${web.url}/account`);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Passkey name").fill("Laptop");
  await page.getByLabel("Your password").fill(password);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Add passkey" }).click();
  await page.getByRole("button", { name: "I've saved these codes" }).click();
  const listed = page.getByRole("list", { name: "Passkeys" });
  await listed.getByText("never used").waitFor();

  const signOut = async () => {
    await context.clearCookies();
    await page.goto(`${web.url}/login`);
  };
  const workspaces = page.getByRole("heading", { name: "Workspaces", exact: true });
  await signOut();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await workspaces.waitFor();

  await signOut();
  await page.getByLabel("Email", { exact: true }).fill("ada@example.test");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Use a passkey instead" }).click();
  await workspaces.waitFor();

  await page.goto(`${web.url}/account`);
  await page.getByRole("button", { name: "Rename Laptop" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Phone");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await page.getByRole("button", { name: "Remove Phone" }).click();
  await page.getByRole("button", { name: "Use a passkey instead" }).click();
  await page.getByText("Confirmed with your passkey.").waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Remove passkey" }).click();
  await listed.waitFor({ state: "detached" });

  await signOut();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("This passkey wasn't accepted.").waitFor();
  expect(failures).toEqual([]);
});
