import { createClient } from "@mdreader/client";
import { expect, it } from "vitest";

import { createWorkspace, password, register, setUpWeb } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();

it("a person hands over a workspace and revokes a key, and can delete the account then", async () => {
  const { page, failures } = await web.person();
  await register(page, web.url, "ada");
  const workspaceId = await createWorkspace(page, "Handbook");
  await using ada = createClient({ url: web.url });
  await ada.auth.login.mutate({ email: "ada@example.test", password });
  await ada.auth.apiKey.create.mutate({ name: "deploy", scopes: ["read"] });
  await using ben = createClient({ url: web.url });
  await ben.auth.register.mutate({ email: "ben@example.test", username: "ben", password });
  const { token } = await ada.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
  await ben.workspace.invitation.accept.mutate({ token });

  await page.goto(`${web.url}/account`);
  await page.getByRole("button", { name: "Hand over workspaces and links" }).click();
  await page.getByLabel("New owner of Handbook").selectOption({ label: "ben" });
  await page.getByText("deploy", { exact: true }).waitFor();
  await page.getByLabel("Revoke all API keys").check();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Apply changes" }).click();
  await page.getByText("Changes applied").first().waitFor();
  expect(await ben.workspace.get.query({ id: workspaceId })).toMatchObject({ role: "owner" });
  expect((await ada.auth.listHoldings.query()).items).toEqual([]);

  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByLabel("Your password").fill(password);
  await page.getByRole("button", { name: "Delete account", exact: true }).click();
  await page.getByText("Your account was deleted").first().waitFor();
  expect(failures).toEqual([]);
});
