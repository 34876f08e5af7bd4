import { createClient } from "@mdreader/client";
import { describe, expect, it } from "vitest";

import { createWorkspace, register, setUpWeb } from "./app.ts";
import { expectHarmless, hostile } from "./hostile.ts";

const web = await setUpWeb();

describe("a malicious document", () => {
  it("runs nothing in the reader's browser and can't imitate the page", async () => {
    const { page, failures } = await web.person();
    const elsewhere: string[] = [];
    page.on("requestfinished", (request) => {
      if (request.url().includes("evil.test")) elsewhere.push(request.url());
    });
    await register(page, web.url, "careful");
    const workspaceId = await createWorkspace(page, "Inbox");
    await using api = createClient({ url: web.url });
    await api.auth.login.mutate({ email: "careful@example.test", password: "a long enough password" });
    const { id } = await api.document.create.mutate({
      workspaceId,
      title: "<img src=x onerror=alert(1)>",
      content: hostile,
    });
    await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
    await expectHarmless(page);
    expect(elsewhere).toEqual([]);
    expect(failures).toEqual([]);
  });
});
