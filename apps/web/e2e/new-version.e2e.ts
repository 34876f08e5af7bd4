import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";

import { createWorkspace, register, setUpOwner, setUpWeb, signIn } from "./app.ts";

const web = await setUpWeb();

/** Makes the server look newer than the page until it reloads. */
async function upgradeServer(page: Page): Promise<void> {
  await page.route("**/trpc/**", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "x-mdreader-contract": "999999-aa" } });
  });
}

describe("a new version of the server", () => {
  it("is offered in an open page, which reloads", async () => {
    const { page, failures } = await web.person();
    await register(page, web.url, "ben");
    await createWorkspace(page, "Handbook");
    const notice = page.getByText("A new version is available.");
    expect(await notice.count()).toBe(0);
    await upgradeServer(page);
    await page.getByRole("button", { name: "New document" }).first().click();
    await notice.waitFor();
    await page.unroute("**/trpc/**");
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Reload" }).click()]);
    await page.getByRole("button", { name: "New document" }).first().waitFor();
    expect([await notice.count(), failures]).toEqual([0, []]);
  });

  it("is offered when code of the open one is no longer there", async () => {
    const { ada, workspaceId } = await setUpOwner(web, "Team");
    const { id } = await ada.document.create.mutate({ workspaceId, title: "Plan", content: "A passage." });
    const { page } = await web.person();
    await signIn(page, web.url, "ada");
    await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
    await page.locator(".cm-content").click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.route("**/assets/navigation-*.js", (route) => route.fulfill({ status: 404 }));
    await page.route("**/index.html", (route) => route.fulfill({ body: "<!doctype html>" }));
    await page.getByRole("button", { name: "Comment on the selection" }).click();
    await page.getByText("A new version is available.").waitFor();
  });
});
