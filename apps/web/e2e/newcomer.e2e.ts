import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createClient } from "@mdreader/client";
import { describe, expect, it } from "vitest";
import { z } from "zod";

import { createWorkspace, password, register, setUpWeb, signIn } from "./app.ts";

const web = await setUpWeb();

const mails = z.object({
  items: z.array(z.object({ to: z.string(), subject: z.string(), text: z.string() })),
});

/** The link in the newest email to an address with a matching subject, from the mail page. */
async function findLink(to: string, subject: RegExp): Promise<string> {
  const find = async () => {
    const answer = await fetch(`${web.url}/dev/mails`, { headers: { accept: "application/json" } });
    const { items } = mails.parse(await answer.json());
    const mail = items.find((one) => one.to === to && subject.test(one.subject));
    return /https?:\S+/.exec(mail?.text ?? "")?.[0] ?? "";
  };
  await expect.poll(find, { timeout: 20_000 }).toMatch(/^http/);
  const link = new URL(await find());
  return `${web.url}${link.pathname}${link.hash}`;
}

describe("a new user", () => {
  it("registers, creates a workspace and documents, searches and invites a second person", async () => {
    const { page, failures } = await web.person();
    await register(page, web.url, "ada");
    await page.goto(await findLink("ada@example.test", /confirm/i));
    await page.getByRole("heading", { name: "Email address confirmed" }).waitFor();
    expect(page.url()).not.toContain("token");
    await page.getByRole("link", { name: "Go to your workspaces" }).click();

    const workspaceId = await createWorkspace(page, "Handbook");
    const tree = page.getByRole("tree", { name: "Documents" });
    await page.getByRole("button", { name: "New document or folder" }).click();
    await page.getByRole("menuitem", { name: "New folder" }).click();
    await page.getByLabel(/New name for/).fill("Guides");
    await page.keyboard.press("Enter");

    await tree.getByRole("treeitem", { name: "Guides" }).click({ button: "right" });
    await page.getByRole("menuitem", { name: "New document" }).click();
    await page.waitForURL(/\/d\//);
    await page.locator(".cm-content").click();
    await page.keyboard.type("# Welcome\n\nBring a laptop and curiosity.");
    await page.locator("[data-status=saved]").waitFor();

    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox").fill("curios");
    await page.getByRole("option", { name: /curiosity/ }).waitFor();
    await page.getByRole("option", { name: /Search all documents/ }).click();
    await page.getByRole("heading", { name: "Search" }).waitFor();
    expect(await page.getByRole("main").locator("mark").first().textContent()).toMatch(/curios/i);

    await page.getByRole("link", { name: "Members" }).click();
    await page.getByRole("button", { name: "Invite" }).click();
    await page.getByLabel("Email", { exact: true }).fill("ben@example.test");
    await page.getByRole("button", { name: "Create invitation" }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("list", { name: "Pending invitations" }).getByText("ben@example.test").waitFor();

    // The invited person has no account yet, and returns to the invitation after registering.
    const ben = await web.person();
    await ben.page.goto(await findLink("ben@example.test", /invited you/));
    await ben.page.getByRole("heading", { name: "Join Handbook" }).waitFor();
    await ben.page.getByRole("link", { name: "Create an account" }).click();
    await ben.page.getByLabel("Email", { exact: true }).fill("ben@example.test");
    await ben.page.getByLabel("Username").fill("ben");
    await ben.page.getByLabel("Password").fill(password);
    await ben.page.getByRole("button", { name: "Create account" }).click();
    await ben.page.getByRole("button", { name: "Accept" }).click();
    await ben.page.waitForURL(new RegExp(workspaceId));

    // The member list updates live.
    await page.getByRole("list", { name: "Members" }).getByText("ben@example.test").waitFor();
    await page.getByRole("link", { name: "Activity" }).click();
    await page.getByText("ben joined").waitFor();
    await ben.page.getByRole("button", { name: "New document or folder" }).click();
    await ben.page.getByRole("menuitem", { name: "New document" }).click();
    await ben.page.waitForURL(/\/d\//);
    await tree.getByRole("treeitem", { name: "Untitled" }).first().waitFor();
    await page.getByText("ben created Untitled").waitFor();

    await page.getByRole("button", { name: "Account: ada" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(`${web.url}/w/${workspaceId}`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(failures).toEqual([]);
    expect(ben.failures).toEqual([]);
  });

  it("sees a clear error after a failed sign-in, keeps the input and can reset the password", async () => {
    const { page } = await web.person();
    await register(page, web.url, "forgetful");
    await page.context().clearCookies();
    await page.goto(`${web.url}/login`);
    await page.getByLabel("Email", { exact: true }).fill("forgetful@example.test");
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    expect(await page.getByRole("alert").textContent()).toContain("The email or password is incorrect");
    expect(await page.getByLabel("Email", { exact: true }).inputValue()).toBe("forgetful@example.test");

    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await page.getByLabel("Email", { exact: true }).fill("forgetful@example.test");
    await page.getByRole("button", { name: "Request reset link" }).click();
    await page.getByRole("heading", { name: "Ask your administrator" }).waitFor();
    await page.goto(await findLink("forgetful@example.test", /new password/i));
    await page.getByLabel("New password").fill("another long password");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("Email", { exact: true }).fill("forgetful@example.test");
    await page.getByLabel("Password").fill("another long password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Workspaces", exact: true }).waitFor();
  });
});

describe("a folder on disk", () => {
  it("is imported with its folders and files, and exported as an archive", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mdreader-import-"));
    await mkdir(join(folder, "notes", "deep"), { recursive: true });
    await writeFile(join(folder, "notes", "One.md"), "# One\n");
    await writeFile(join(folder, "notes", "deep", "Two.md"), "# Two\n");
    const { page, failures } = await web.person();
    await register(page, web.url, "importer");
    await createWorkspace(page, "Archive");
    await page.getByRole("button", { name: "New document or folder" }).click();
    await page.getByRole("menuitem", { name: "Import" }).click();
    await page.getByLabel("Choose a folder").setInputFiles(join(folder, "notes"));
    await page.getByRole("list", { name: "Import results" }).getByText("2 new documents").waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    const tree = page.getByRole("tree", { name: "Documents" });
    await tree.getByRole("treeitem", { name: "notes" }).focus();
    await page.keyboard.press("ArrowRight");
    await tree.getByRole("treeitem", { name: "One" }).waitFor();

    await page.getByRole("button", { name: "New document or folder" }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "Export" }).click();
    expect((await coming).suggestedFilename()).toBe("Archive.zip");
    expect(failures).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

describe("a member who is removed while editing", () => {
  it("is notified, can no longer see the workspace and can't write to it", async () => {
    await using owner = createClient({ url: web.url });
    await owner.auth.register.mutate({ email: "owner@example.test", username: "owner", password });
    const { id: workspaceId } = await owner.workspace.create.mutate({ name: "Secret" });
    const { id } = await owner.document.create.mutate({ workspaceId, title: "Plan", content: "The plan:\n" });
    await using guest = createClient({ url: web.url });
    const { user } = await guest.auth.register.mutate({
      email: "guest@example.test",
      username: "guest",
      password,
    });
    const { token } = await owner.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
    await guest.workspace.invitation.accept.mutate({ token });

    const { page } = await web.person();
    await signIn(page, web.url, "guest");
    await page.goto(`${web.url}/w/${workspaceId}/d/${id}`);
    await page.locator(".cm-content").click();
    await page.keyboard.press("ControlOrMeta+End");
    await page.keyboard.type("by the guest. ");
    await page.locator("[data-status=saved]").waitFor();

    await owner.workspace.member.remove.mutate({ workspaceId, userId: user.id });
    await page.getByRole("heading", { name: "Page not found" }).waitFor();
    await page.keyboard.type("too late");
    await page.reload();
    await page.getByRole("heading", { name: "Page not found" }).waitFor();
    expect(await page.getByText("Secret").count()).toBe(0);
    expect((await owner.document.get.query({ id })).content).toBe("The plan:\nby the guest. ");
  });
});
