import { connectAgent } from "@mdreader/server/testing/agent";
import { expect, it } from "vitest";

import { setUpOwner, setUpWeb, signIn } from "./app.ts";

const web = await setUpWeb();
const { ada, workspaceId } = await setUpOwner(web, "Handbook");

it("an agent writes to a document that a person has open, and neither loses anything", async () => {
  const content = "one\ntwo\n";
  const { id, version } = await ada.document.create.mutate({ workspaceId, title: "Plan", content });
  const { secret } = await ada.auth.apiKey.create.mutate({ name: "Agent", scopes: ["read", "write"] });
  await using agent = await connectAgent(web, secret);
  const { page, failures } = await web.person();
  await signIn(page, web.url, "ada");
  await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
  const editor = page.locator(".cm-content");
  await editor.click();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.type("typed ");
  await page.locator("[data-status=saved]").waitFor();

  await agent.use("write_document", { id, baseVersion: version, text: "one\ntwo\nthree\n" });
  await expect.poll(() => editor.innerText()).toContain("three");
  await page.keyboard.type("more ");
  await page.locator("[data-status=saved]").waitFor();
  await expect
    .poll(async () => (await agent.use("read_document", { id })).answer["text"])
    .toBe("typed more one\ntwo\nthree\n");
  expect(failures).toEqual([]);
});
