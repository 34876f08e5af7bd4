import { expect, test } from "vitest";

import { setUpWeb } from "./app.ts";

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
