import { expect, test } from "vitest";

import { password, setUpOwner, setUpWeb } from "./app.ts";

const web = await setUpWeb();

test("Swagger UI lists the operations and makes a call under the page's CSP", async () => {
  const { page, failures } = await web.person();
  await page.goto(`${web.url}/docs`);
  await page.locator("#operations-tag-Account h3, #operations-tag-Account").first().click();
  const operation = page.locator("#operations-Account-authMe");
  await operation.locator("button.opblock-summary-control").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  await operation.getByRole("button", { name: "Execute" }).click();
  await operation.locator(".live-responses-table").getByText("UNAUTHENTICATED").first().waitFor();
  expect(failures).toEqual([]);
});

test("Swagger UI signs in, and reads lists with the values that its forms suggest", async () => {
  const { ada, workspaceId } = await setUpOwner(web, "Handbook");
  const { id: documentId } = await ada.document.create.mutate({ workspaceId, title: "Plan" });
  const { page, failures } = await web.person();
  await page.goto(`${web.url}/docs`);
  await page.getByRole("button", { name: "Authorize" }).first().click({ timeout: 90_000 });
  const dialog = page.locator(".modal-ux");
  await dialog.getByLabel("username:").fill("ada@example.test");
  await dialog.getByLabel("password:").fill(password);
  await dialog.getByRole("button", { name: "Apply given OAuth2 credentials" }).click();
  await dialog.getByRole("button", { name: "Remove authorization" }).waitFor();
  await dialog.getByRole("button", { name: "Close" }).last().click();

  for (const [tag, operationId, values] of [
    ["Workspaces", "workspaceList", {}],
    ["Members", "workspaceMemberList", { workspaceId }],
    ["Comments", "documentCommentList", { documentId }],
  ] as const) {
    await page.locator(`#operations-tag-${tag}`).click();
    const operation = page.locator(`#operations-${tag}-${operationId}`);
    await operation.locator("button.opblock-summary-control").click();
    await operation.getByRole("button", { name: "Try it out" }).click();
    for (const [name, value] of Object.entries(values))
      await operation.locator(`[data-param-name="${name}"] input`).fill(value);
    await operation.getByRole("button", { name: "Execute" }).click();
    const status = operation.locator(".live-responses-table .response .response-col_status").first();
    expect([operationId, (await status.textContent())?.trim()]).toEqual([operationId, "200"]);
  }
  expect(failures).toEqual([]);
});

test("ReDoc lists the operations and loads nothing from another origin", async () => {
  const { page, failures } = await web.person();
  const elsewhere: string[] = [];
  page.on("response", (response) => {
    const { origin } = new URL(response.url());
    if (origin !== web.url && origin !== "null") elsewhere.push(response.url());
  });
  await page.goto(`${web.url}/redoc`);
  await page.getByRole("heading", { name: "Sign in" }).first().waitFor();
  await page.getByText("/api/v1/auth/login").first().waitFor();
  expect(elsewhere).toEqual([]);
  // The ReDoc logo and two unused styles are blocked by design; nothing else may be.
  const expected = /cdn\.redoc\.ly|inline style/;
  expect(failures.filter((failure) => !expected.test(failure))).toEqual([]);
});
