import { rm } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect } from "vitest";

import {
  createUploader,
  listStored,
  png,
  type Uploader,
  uploadBytes,
  catchReason,
} from "../../../test/files.ts";
import { serve } from "../../../test/serve.ts";
import { test } from "../../../test/test.ts";
import { defaultMemoryLimits } from "../../flow-control/memory-budgets.ts";

const create = ({ client, workspaceId }: Uploader, title: string, content: string) =>
  client.document.create.mutate({ workspaceId, title, content });

async function download({ client }: Uploader, id: string): Promise<Response> {
  const { url } = await client.document.exportHtml.query({ id });
  return fetch(client.fileUrl(url));
}

const readPage = async (owner: Uploader, id: string) => (await download(owner, id)).text();

describe("a document is exported as an HTML page", () => {
  test("that is saved as a file, and can't run anything", async ({ owner }) => {
    const { id } = await create(owner, 'Plan: "A/B"', "Some *text*.\n");
    const answer = await download(owner, id);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-disposition": 'attachment; filename="Plan- -A-B-.html"',
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    const policy = answer.headers.get("content-security-policy");
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; .*; sandbox allow-popups;/);
    const page = await answer.text();
    expect(page).toContain("<title>Plan: &quot;A/B&quot;</title>");
    expect(page).toContain('<h1 dir="auto">Plan: &quot;A/B&quot;</h1>\n<p>Some <em>text</em>.</p>');
    // The saved file has the same policy, except for what only a header can express.
    const written = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
    expect(policy).toContain(written.replaceAll("&#39;", "'"));
    expect(page).not.toMatch(/<script|<link/);
  });

  test("whose title is not repeated above its own heading", async ({ owner }) => {
    const { id } = await create(owner, "Plan", "---\ntags: [a]\n---\n# The plan\n\n# Two\n");
    expect((await readPage(owner, id)).match(/<h1[^>]*>/g)).toEqual(['<h1 id="the-plan">', '<h1 id="two">']);
  });

  test("whose links lead to the documents in the app", async ({ owner, served }) => {
    const target = await create(owner, "Target", "---\naliases: [Goal]\n---\n# Über uns\n");
    const folder = await owner.client.document.folder.create.mutate({
      workspaceId: owner.workspaceId,
      name: "Folder",
    });
    const inFolder = await owner.client.document.create.mutate({
      workspaceId: owner.workspaceId,
      folderId: folder.id,
      title: "Inside",
      content: "[up](../Target.md)",
    });
    const { id } = await create(
      owner,
      "Links",
      "[a](Target.md#über-uns) [[Goal|b]] [c](Folder/Inside) [d](Missing.md) [e](https://e.test) [f](#f)\n",
    );
    const page = await readPage(owner, id);
    const url = (document: { id: string }) => `${served.url}/w/${owner.workspaceId}/d/${document.id}`;
    const rel = 'rel="noopener noreferrer"';
    expect(page).toContain(`<a href="${url(target)}#%C3%BCber-uns" ${rel}>a</a>`);
    expect(page).toContain(`<a href="${url(target)}" ${rel}>b</a>`);
    expect(page).toContain(`<a href="${url(inFolder)}" ${rel}>c</a> <a>d</a>`);
    expect(page).toContain('<a href="https://e.test" rel="noopener noreferrer nofollow">e</a>');
    expect(page).toContain('<a href="#f">f</a>');
    expect(await readPage(owner, inFolder.id)).toContain(`<a href="${url(target)}" ${rel}>up</a>`);
  });

  test("with its images, up to a limit", async ({ owner }) => {
    const { id } = await create(
      owner,
      "Images",
      "![one](a.png) ![[a.png|30]] ![gone](b.png) ![text](c.txt) ![big](big.svg) ![web](https://e.test/d.png)\n",
    );
    await uploadBytes(owner, "a.png", png);
    await uploadBytes(owner, "c.txt", "no image");
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><desc>${"x".repeat(11 * 1024 * 1024)}</desc></svg>`;
    await uploadBytes(owner, "big.svg", svg);
    const page = await readPage(owner, id);
    const data = `data:image/png;base64,${png.toString("base64")}`;
    expect(page).toContain(`<img src="${data}" alt="one">`);
    expect(page).toContain(`<img src="${data}" alt="a.png" width="30">`);
    for (const name of ["gone", "text", "big"])
      expect(page).toContain(`<span class="missing">${name} (image not included)</span>`);
    expect(page).toContain('<img src="https://e.test/d.png" referrerpolicy="no-referrer" alt="web">');
    expect(page.length).toBeLessThan(100_000);
  });

  test("without an image that storage has lost", async ({ owner, served }) => {
    const { id } = await create(owner, "Lost image", "![lost](lost.svg) and the text\n");
    const before = await listStored(served);
    await uploadBytes(owner, "lost.svg", '<svg xmlns="http://www.w3.org/2000/svg"><desc>lost</desc></svg>');
    const added = (await listStored(served)).filter((path) => !before.includes(path));
    expect(added).toHaveLength(1);
    await Promise.all(added.map((path) => rm(join(served.uploadDir, path))));
    expect(await readPage(owner, id)).toContain(
      '<span class="missing">lost (image not included)</span> and the text',
    );
  });

  test("with the documents that it embeds, as the reading view shows them", async ({ owner }) => {
    const { id: innerId } = await create(
      owner,
      "Inner",
      "---\naliases: [Deep down]\n---\nInner [up](#part).\n",
    );
    await create(
      owner,
      "Middle & more",
      "# Top\n\nUnseen.\n\n## Part\n\nSeen. ![[deep down]]\n\n[to part](#part)\n\n## After\n",
    );
    await uploadBytes(owner, "data.csv", "a,b\n");
    const { id } = await create(
      owner,
      "Outer",
      "# Part\n\n![[Middle & more#Part|the part]]\n\n![[Nowhere]] ![[Inner#None]] ![[data.csv]] ![[Outer]]\n",
    );
    const page = await readPage(owner, id);
    expect(page).toMatch(
      /<div class="embed" role="group" aria-label="Embedded: Middle &amp; more"><p class="embed-title"><a href="[^"]*#part"[^>]*>the part<\/a><\/p>\s*<h2 id="embed-1-part">Part<\/h2>/,
    );
    expect(page).toContain('<a href="#embed-1-part">to part</a>');
    expect(page).toMatch(new RegExp(`<a href="[^"]*/d/${innerId}"[^>]*>deep down</a></p>\\s*<p>Inner `));
    expect(page).not.toMatch(/Unseen|After|aliases/);
    for (const note of [
      "“Nowhere” wasn&#39;t found.",
      "“Inner” has no such heading.",
      "“Outer” is embedded in itself.",
    ])
      expect(page).toContain(`<span class="missing">${note}</span>`);
    expect(page).toContain("<p>data.csv</p>");
  });

  test("with a limited number, depth and length of embedded documents", async ({ owner }) => {
    const names = ["One", "Two", "Three", "Four", "Five"];
    for (const [index, name] of names.entries())
      await create(owner, name, `Text of ${name}. ![[${names[index + 1] ?? "One"}]]`);
    const deep = await create(owner, "Deep", "![[One]]");
    const page = await readPage(owner, deep.id);
    expect(page).toContain("Text of Three.");
    expect(page).not.toContain("Text of Four.");
    expect(page).toMatch(/<a href="[^"]*"[^>]*>Four<\/a>/);

    await create(owner, "Leaf", "A leaf.");
    const tree = await create(owner, "Tree", "![[Leaf]]\n\n".repeat(22));
    const many = await readPage(owner, tree.id);
    expect(many.match(/A leaf\./g)).toHaveLength(20);
    expect(many.match(/“Leaf” isn't shown because too many documents are embedded/g) ?? []).toHaveLength(0);
    expect(many.match(/“Leaf” isn&#39;t shown because too many documents are embedded/g)).toHaveLength(2);

    await create(owner, "Long", "word ".repeat(30_000));
    const twice = await create(owner, "Twice", "![[Long]]\n\n![[Long|again]]\n");
    const long = await readPage(owner, twice.id);
    expect(long.match(/This document is too long to embed here\./g)).toHaveLength(1);
  });

  test("without documents of other workspaces, or what is in the trash", async ({ owner, served }) => {
    const other = await createUploader(served);
    const { id: hiddenId } = await create(other, "Hidden", "Hidden words.");
    const gone = await create(owner, "Gone", "Gone words.");
    await owner.client.document.delete.mutate({ id: gone.id });
    const { id } = await create(owner, "Curious", "![[Hidden]] ![[Gone]]");
    const page = await readPage(owner, id);
    expect(page).not.toMatch(/(?:Hidden|Gone) words/);
    expect(page).not.toContain(hiddenId);
    expect(page).toContain("“Hidden” wasn&#39;t found.");
  });

  test("with edits that are not in the database's text yet", async ({ owner }) => {
    const { id } = await create(owner, "Live", "before\n");
    await owner.client.document.applyText.mutate({ id, text: "after\n", baseVersion: 1 });
    expect(await readPage(owner, id)).toContain("<p>after</p>");
  });

  test("within the memory that a person's unread pages may use", async () => {
    const { total } = defaultMemoryLimits.authenticated;
    await using served = await serve({ memoryLimits: { authenticated: { perOwner: 60_000, total } } });
    const person = await createUploader(served);
    const small = await create(person, "Small", "a".repeat(40_000));
    // Each page is released once it has been read.
    for (let count = 0; count < 3; count += 1)
      expect((await readPage(person, small.id)).length).toBeLessThan(60_000);
    const large = await create(person, "Large", "& ".repeat(20_000));
    const refused = await download(person, large.id);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("content-disposition")).toBeNull();
    expect(await refused.json()).toMatchObject({ error: { data: { reason: "RATE_LIMITED" } } });
    expect((await download(person, small.id)).status).toBe(200);
  });

  test("for members only, until they are removed", async ({ owner, served }) => {
    const { id } = await create(owner, "Private", "Secret.\n");
    const stranger = await createUploader(served);
    expect(await catchReason(stranger.client.document.exportHtml.query({ id }))).toBe("NOT_FOUND");
    const address = `${served.url}/files/documents/${id}`;
    expect((await fetch(address)).status).toBe(401);
    const other = await create(owner, "Other", "Other.\n");
    const { url } = await owner.client.document.exportHtml.query({ id });
    const token = new URL(owner.client.fileUrl(url)).searchParams.get("token");
    expect((await fetch(`${served.url}/files/documents/${other.id}?token=${token}`)).status).toBe(403);
    expect((await fetch(owner.client.fileUrl(url), { method: "POST" })).status).toBe(405);
    await owner.client.document.delete.mutate({ id });
    expect((await fetch(owner.client.fileUrl(url))).status).toBe(404);
  });
});
