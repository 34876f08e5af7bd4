import { createClient } from "@mdreader/client";
import { describe, expect, it } from "vitest";

import { password, setUpWeb, signIn } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();

describe("the history of a document", () => {
  it("renders what changed, and steps from version to version", async () => {
    await using api = createClient({ url: web.url });
    await api.auth.register.mutate({ email: "clio@example.test", username: "clio", password });
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "Archive" });
    const texts = [
      "# Trip\n\nOne\n\nTwo\n\nThree\n\nBy **train**.\n",
      "# Trip\n\nOne\n\nTwo\n\nThree\n\nBy **boat**.\n\n- new\n",
      "# Journey\n\nOne\n\nTwo\n\nThree\n\nBy **boat**.\n\n- new\n",
    ];
    const { id } = await api.document.create.mutate({ workspaceId, title: "Trip", content: texts[0] });
    for (const content of texts.slice(1)) await api.document.update.mutate({ id, content, overwrite: true });

    const { page, failures } = await web.person();
    await signIn(page, web.url, "clio");
    await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
    await page.getByRole("button", { name: "History" }).click();
    const versions = page.getByRole("list", { name: "Versions" });
    // The time of day distinguishes versions of one day.
    expect(await versions.locator("time").first().textContent()).toMatch(/, .*\d{1,2}[:.]\d{2}/);
    await versions.getByRole("button", { name: "v2" }).click();
    const dialog = page.getByRole("dialog", { name: "Version 2" });
    // The arrows work from the beginning.
    const previous = dialog.getByRole("button", { name: "Previous version" });
    await previous.and(page.locator(":focus")).waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("dialog", { name: "Version 1" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await dialog.getByRole("button", { name: "Rendered" }).click();
    const removed = dialog.locator("del.diff-change");
    await removed.getByText("train", { exact: true }).waitFor();
    expect(await removed.innerText()).toMatch(/^− Removed\s+By train\.$/);
    expect(await dialog.locator("ins.diff-change").innerText()).toMatch(/^\+ Added\s+By boat\.\s+new$/);
    await dialog.getByText("3 unchanged blocks").waitFor();
    expect(await findBarriers(page)).toEqual([]);

    // The arrows keep the look of the changes.
    await page.keyboard.press("ArrowRight");
    const newest = page.getByRole("dialog", { name: "Version 3" });
    await newest.locator("ins.diff-change").getByRole("heading", { name: "Journey" }).waitFor();
    await newest.locator("del.diff-change").getByRole("heading", { name: "Trip" }).waitFor();
    await page.keyboard.press("ArrowRight");
    expect(await newest.getByRole("button", { name: "Next version" }).getAttribute("aria-disabled")).toBe(
      "true",
    );
    await newest.getByRole("button", { name: "Previous version" }).click();
    await dialog.waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("dialog", { name: "Version 1" }).getByRole("heading", { name: "Trip" }).waitFor();
    expect(failures).toEqual([]);
  });

  it("says that a version is empty", async () => {
    await using api = createClient({ url: web.url });
    await api.auth.register.mutate({ email: "erato@example.test", username: "erato", password });
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "Drafts" });
    const { id } = await api.document.create.mutate({ workspaceId, title: "Draft" });
    const { page, failures } = await web.person();
    await signIn(page, web.url, "erato");
    await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
    await page.getByRole("button", { name: "History" }).click();
    await page.getByRole("list", { name: "Versions" }).getByRole("button", { name: "v1" }).click();
    await page.getByRole("dialog", { name: "Version 1" }).getByText("This version is empty.").waitFor();
    expect(failures).toEqual([]);
  });
});
