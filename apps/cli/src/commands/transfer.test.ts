import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Client, createClient, maxDocumentBytes } from "@mdreader/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { serve, type Served } from "../../../server/test/serve.ts";
import { unzip, createZip } from "../../../server/test/zip.ts";
import { createMachine, type Machine, password, register } from "../../test/command-line.ts";
import { encodeBase64, nasty, readFolder, writeFolder } from "../../test/folder.ts";
import type { ExportReport } from "../transfer/export.ts";
import type { ImportReport } from "../transfer/import.ts";

let served: Served;
let machine: Machine;
let email: string;
beforeAll(async () => {
  served = await serve();
  machine = await createMachine(served.url, { separate: false });
  ({ email } = await register(machine));
});
afterAll(async () => {
  await machine[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

async function createWorkspace(name = "Notes"): Promise<string> {
  return (await machine.json<{ id: string }>(["workspace", "create", name])).id;
}

/** Creates an unused folder on the machine. */
async function createFolder(): Promise<string> {
  const path = join(machine.home, crypto.randomUUID());
  await mkdir(path);
  return path;
}

/** A client for calls that the command line does not offer. */
async function signIn(address: string): Promise<Client> {
  const client = createClient({ url: served.url });
  await client.auth.login.mutate({ email: address, password });
  return client;
}

const importFolder = (folder: string, workspace: string, ...more: string[]) =>
  machine.json<ImportReport>(["import", folder, "--workspace", workspace, ...more]);
const exportFolder = (folder: string, workspace: string, ...more: string[]) =>
  machine.json<ExportReport>(["export", folder, "--workspace", workspace, ...more]);

describe("import and export of a folder", () => {
  test("reproduces it byte for byte, with all names and folders; importing again changes nothing", async () => {
    const workspace = await createWorkspace();
    const [from, to] = [await createFolder(), await createFolder()];
    await writeFolder(from, nasty);

    const brought = await importFolder(from, workspace, "--include-hidden");
    expect(brought).toMatchObject({
      created: Object.keys(nasty).length,
      updated: 0,
      failed: [],
      skipped: [],
    });
    const taken = await exportFolder(to, workspace);
    expect(taken).toMatchObject({ written: Object.keys(nasty).length, unchanged: 0, failed: [] });
    expect(await readFolder(to)).toEqual(encodeBase64(nasty));

    expect(await importFolder(from, workspace, "--include-hidden")).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: Object.keys(nasty).length,
      foldersCreated: 0,
    });
    expect(await exportFolder(to, workspace)).toMatchObject({ written: 0, failed: [] });
  });

  test("includes images and other files byte for byte, and sends only changed ones", async () => {
    const workspace = await createWorkspace();
    const [from, to] = [await createFolder(), await createFolder()];
    const files = {
      "a.md": "![](images/p%20q.png)\n",
      "images/p q.png": Buffer.from([0, 255, 13, 10]),
      "images/deep/empty.bin": "",
      "docs/b.md": "![](é.svg)\n",
      "docs/é.svg": "<svg/>\r\n",
    };
    await writeFolder(from, { ...files, ".hidden.png": "not this one" });
    expect(await importFolder(from, workspace)).toMatchObject({
      created: 2,
      foldersCreated: 1,
      files: 3,
      failed: [],
    });
    expect(await exportFolder(to, workspace)).toMatchObject({ written: 2, files: 3, failed: [] });
    expect(await readFolder(to)).toEqual(encodeBase64(files));
    expect(await importFolder(from, workspace)).toMatchObject({ unchanged: 2, foldersCreated: 0, files: 0 });

    await writeFolder(from, { "images/p q.png": "changed" });
    expect(await importFolder(from, workspace)).toMatchObject({ files: 1 });
    const careful = await machine.run(["export", to, "--workspace", workspace]);
    expect(careful.code).toBe(3);
    expect(careful.stdout.toString()).toContain("images/p q.png: already exists with other content");
    expect(await exportFolder(to, workspace, "--overwrite")).toMatchObject({ files: 1 });
    expect(await readFolder(to)).toEqual(encodeBase64({ ...files, "images/p q.png": "changed" }));
  });

  test("applies only changes when it is imported again", async () => {
    const workspace = await createWorkspace();
    const from = await createFolder();
    await writeFolder(from, { "a.md": "one", "b/c.md": "two", "b/d.md": "three" });
    await importFolder(from, workspace);
    await writeFolder(from, { "a.md": "new", "b/c.md": "two and more", "b/e.md": "four" });
    expect(await importFolder(from, workspace)).toMatchObject({
      created: 1,
      updated: 2,
      unchanged: 1,
      foldersCreated: 0,
    });
    const to = await createFolder();
    await exportFolder(to, workspace);
    expect(await readFolder(to)).toEqual(
      encodeBase64({ "a.md": "new", "b/c.md": "two and more", "b/d.md": "three", "b/e.md": "four" }),
    );
  });

  test("is complete with more files and folders than fit on one page", async () => {
    const workspace = await createWorkspace();
    const numbers = Array.from({ length: 120 }, (_, number) => String(number));
    const files = Object.fromEntries(
      numbers.flatMap((n) => [
        [`${n}.md`, n],
        [`${n}/x.md`, `the ${n}th airship`],
      ]),
    );
    const [from, to] = [await createFolder(), await createFolder()];
    await writeFolder(from, files);
    expect(await importFolder(from, workspace)).toMatchObject({ created: 240, foldersCreated: 120 });
    expect(await exportFolder(to, workspace)).toMatchObject({ written: 240, folders: 120 });
    expect(await readFolder(to)).toEqual(encodeBase64(files));
    expect(await importFolder(from, workspace)).toMatchObject({ unchanged: 240, foldersCreated: 0 });

    expect(await machine.json<unknown[]>(["document", "list", "--workspace", workspace])).toHaveLength(240);
    const found = await machine.json<unknown[]>(["search", "airship", "--workspace", workspace]);
    expect(found).toHaveLength(120);
    expect(
      await machine.json<unknown[]>(["search", "airship", "--workspace", workspace, "--limit", "7"]),
    ).toHaveLength(7);
  });

  test("can be limited to a folder of the workspace", async () => {
    const workspace = await createWorkspace();
    const [from, to] = [await createFolder(), await createFolder()];
    await writeFolder(from, { "outer/inner/a.md": "a", "outer/b.md": "b", "c.md": "c" });
    await importFolder(from, workspace);
    const client = await signIn(email);
    const { items } = await client.document.tree.query({ workspaceId: workspace });
    const outer = items.find(({ name }) => name === "outer")?.id ?? "";

    await writeFolder(from, { "more/d.md": "d" });
    await importFolder(join(from, "more"), workspace, "--folder", outer);
    await exportFolder(to, workspace, "--folder", outer);
    expect(await readFolder(to)).toEqual(encodeBase64({ "inner/a.md": "a", "b.md": "b", "d.md": "d" }));
  });
});

describe("import", () => {
  test("continues after unsupported files, lists them, and exits with code 3", async () => {
    const workspace = await createWorkspace();
    const from = await createFolder();
    await writeFolder(from, {
      "fine.md": "fine",
      "sub/fine.md": "fine too",
      "latin.md": Buffer.from([0x63, 0x61, 0x66, 0xe9]),
      "nul.md": "a\0b",
      "large.md": "x".repeat(maxDocumentBytes + 1),
      "x\u202ey.md": "reversed",
      "odd\\folder/a.md": "unreachable",
      "picture.png": "not Markdown",
    });
    await writeFile(join(machine.home, "secret.md"), "secret");
    await symlink("../secret.md", join(from, "out.md"));
    await symlink(from, join(from, "sub", "loop"));

    const outcome = await machine.run(["import", from, "--workspace", workspace]);
    expect(outcome.code).toBe(3);
    const said = outcome.stdout.toString();
    expect(said).toContain("2 files: 2 created, in 1 new folder, 0 updated, 0 unchanged.");
    for (const line of [
      "latin.md: is not UTF-8",
      "nul.md: contains NUL characters",
      "large.md: is larger than 1.5 MiB",
      "its name has characters that change the text direction",
      "odd\\folder/ (1 file): its name has a backslash",
      "out.md: is a link to a file outside the folder",
      "sub/loop: is a link to a folder",
    ]) {
      expect(said).toContain(line);
    }
    const to = await createFolder();
    await exportFolder(to, workspace);
    expect(await readFolder(to)).toEqual(
      encodeBase64({ "fine.md": "fine", "sub/fine.md": "fine too", "picture.png": "not Markdown" }),
    );
  });

  test("leaves out version control, dependencies, secrets and hidden files, and lists them", async () => {
    const workspace = await createWorkspace();
    const [from, to] = [await createFolder(), await createFolder()];
    await writeFolder(from, {
      "a.md": "a",
      ".git/config": "[remote] url = https://user:TOKEN@host/",
      "sub/.GIT/hooks/x": "x",
      ".aws/credentials": "secret",
      "deploy/id_rsa": "secret",
      ".env": "secret",
      ".idea/workspace.xml": "x",
      "node_modules/p/index.js": "x",
      "node_modules/p/README.md": "x",
      ".hidden/b.md": "b",
    });
    const { leftOut } = await importFolder(from, workspace);
    expect(leftOut.map(({ path }) => path)).toEqual([
      ".aws/",
      ".env",
      ".git/",
      ".hidden/",
      ".idea/",
      "deploy/id_rsa",
      "node_modules/",
      "sub/.GIT/",
    ]);
    await exportFolder(to, workspace);
    expect(await readFolder(to)).toEqual(encodeBase64({ "a.md": "a" }));

    await importFolder(from, workspace, "--include-hidden");
    await exportFolder(to, workspace);
    const hidden = { ".hidden/b.md": "b", ".idea/workspace.xml": "x" };
    expect(await readFolder(to)).toEqual(encodeBase64({ "a.md": "a", ...hidden }));
  });

  test("exports links that lead to the document's own images even if these were renamed", async () => {
    const workspaceId = await createWorkspace();
    const client = await signIn(email);
    const path = "attachments/image.png";
    const { id: folderId } = await client.document.folder.create.mutate({ workspaceId, name: "F" });
    for (const [title, inside] of [
      ["a", null],
      ["b", folderId],
    ] as const) {
      const { id } = await client.document.create.mutate({
        workspaceId,
        title,
        folderId: inside,
        content: `\`${path}\` ![](${path} "of ${title}")\r\n`,
      });
      await client.uploadFile(workspaceId, new Blob([title]), { name: "image.png", documentId: id, path });
      if (inside !== null) await client.document.move.mutate({ id, folderId: null });
    }
    const to = await createFolder();
    await exportFolder(to, workspaceId);
    expect(await readFolder(to)).toEqual(
      encodeBase64({
        "a.md": `\`${path}\` ![](${path} "of a")\r\n`,
        "b.md": `\`${path}\` ![](attachments/image-2.png "of b")\r\n`,
        "attachments/image.png": "a",
        "attachments/image-2.png": "b",
      }),
    );
  });

  test("matches a document named like another text format to its file", async () => {
    const workspace = await createWorkspace();
    const client = await signIn(email);
    for (const title of ["robots.txt", "page.mdx", "old.mkd"]) {
      await client.document.create.mutate({ workspaceId: workspace, title, content: title });
    }
    const to = await createFolder();
    await exportFolder(to, workspace);
    expect(await importFolder(to, workspace)).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 3,
      files: 0,
    });
    expect(Object.keys(await readFolder(to)).toSorted()).toEqual(["old.mkd", "page.mdx", "robots.txt.md"]);
    await writeFolder(to, { "robots.txt.md": "changed" });
    expect(await importFolder(to, workspace)).toMatchObject({ updated: 1, files: 0 });
    const other = await createWorkspace();
    expect(await importFolder(to, other)).toMatchObject({ created: 3, files: 0 });
    const { items } = await client.document.list.query({ workspaceId: other });
    expect(items.map(({ title }) => title).toSorted()).toEqual(["old.mkd", "page.mdx", "robots.txt"]);
  });

  test("matches a plain-text file to the document it was imported as", async () => {
    const workspace = await createWorkspace();
    const from = await createFolder();
    await writeFolder(from, { "notes.txt": "text" });
    expect(await importFolder(from, workspace, "--extension", "txt")).toMatchObject({ created: 1 });
    expect(await importFolder(from, workspace, "--extension", "txt")).toMatchObject({
      created: 0,
      unchanged: 1,
    });
  });

  test("changes nothing if the folder, the workspace or write access is missing", async () => {
    const from = await createFolder();
    await writeFolder(from, { "a.md": "a", "b/c.md": "c" });
    const workspace = await createWorkspace();
    const gone = await machine.run(["import", "gone", "--workspace", workspace, "--json"]);
    expect(gone).toMatchObject({ code: 1 });
    expect(gone.error()).toMatchObject({ reason: "FILE", message: "gone does not exist." });

    const nowhere = await machine.run(["import", from, "--workspace", crypto.randomUUID(), "--json"]);
    expect(nowhere).toMatchObject({ code: 1 });
    expect(nowhere.error().reason).toBe("NOT_FOUND");

    await using guest = await createMachine(served.url);
    const { email: guestEmail } = await register(guest);
    await addMember(workspace, guestEmail, "viewer");
    const forbidden = await guest.run(["import", from, "--workspace", workspace, "--json"]);
    expect(forbidden).toMatchObject({ code: 1 });
    expect(forbidden.error().reason).toBe("ROLE_TOO_LOW");
    expect(await machine.json(["document", "list", "--workspace", workspace])).toEqual([]);
  });

  test("creates each folder once in concurrent imports", async () => {
    const workspace = await createWorkspace();
    const [left, right] = [await createFolder(), await createFolder()];
    await writeFolder(left, { "shared/deep/a.md": "a" });
    await writeFolder(right, { "shared/deep/b.md": "b" });
    await Promise.all([importFolder(left, workspace), importFolder(right, workspace)]);
    const to = await createFolder();
    expect(await exportFolder(to, workspace)).toMatchObject({ folders: 2, written: 2 });
  });
});

/** Adds a user to a workspace with an invitation link. */
async function addMember(workspaceId: string, guestEmail: string, role: "viewer" | "editor"): Promise<void> {
  const owner = await signIn(email);
  const { token } = await owner.workspace.invitation.create.mutate({ workspaceId, role });
  const guest = await signIn(guestEmail);
  await guest.workspace.invitation.accept.mutate({ token });
}

describe("export", () => {
  test("writes titles that are not valid file names to separate files inside the folder", async () => {
    const workspace = await createWorkspace();
    const titles = [
      "../../evil",
      "/etc/passwd",
      "a/b",
      "a-b",
      "..",
      ".",
      "same",
      "same",
      "same.md",
      "x".repeat(255),
    ];
    const client = await signIn(email);
    for (const title of titles) {
      await client.document.create.mutate({ workspaceId: workspace, title, content: title });
    }
    const to = join(await createFolder(), "inner");
    expect(await exportFolder(to, workspace)).toMatchObject({ written: titles.length, failed: [] });
    expect(await readFolder(to)).toEqual(
      encodeBase64({
        "..-..-evil.md": "../../evil",
        "-etc-passwd.md": "/etc/passwd",
        "a-b (2).md": "a/b",
        "a-b.md": "a-b",
        "...md": "..",
        "..md": ".",
        "same.md": "same",
        "same (2).md": "same",
        "same (3).md": "same.md",
        [`${"x".repeat(252)}.md`]: "x".repeat(255),
      }),
    );
    // Exported files map back to their documents.
    const again = await importFolder(to, workspace, "--include-hidden");
    expect(again).toMatchObject({ created: 0, updated: 0, unchanged: titles.length });
  });

  test("keeps files that differ without --overwrite, and never follows a link", async () => {
    const workspace = await createWorkspace();
    const [from, to, elsewhere] = [await createFolder(), await createFolder(), await createFolder()];
    await writeFolder(from, { "a.md": "ours", "b.md": "same", "linked/c.md": "c", "d.md": "d" });
    await importFolder(from, workspace);
    await writeFolder(to, { "a.md": "theirs", "b.md": "same", "own.md": "not ours" });
    await symlink(elsewhere, join(to, "linked"));
    await symlink(join(elsewhere, "victim.md"), join(to, "d.md"));

    const careful = await machine.run(["export", to, "--workspace", workspace]);
    expect(careful.code).toBe(3);
    expect(careful.stdout.toString()).toContain(
      "a.md: already exists with other content; replace it with --overwrite",
    );
    const forced = await machine.run(["export", to, "--workspace", workspace, "--overwrite"]);
    expect(forced.code).toBe(3);
    expect(forced.stdout.toString()).toContain("linked/: is a link");
    expect(forced.stdout.toString()).toContain("d.md: is a link");
    expect(await readdir(elsewhere)).toEqual([]);
    expect(await readFile(join(to, "a.md"), "utf8")).toBe("ours");
    expect(await readFile(join(to, "own.md"), "utf8")).toBe("not ours");
  });
});

describe("document", () => {
  test("creates documents from a file or stdin, and prints them byte for byte", async () => {
    const workspace = await createWorkspace();
    const content = "\ufeffpiped\r\nno newline at the end";
    const piped = await machine.json<{ id: string; title: string }>(
      ["document", "create", "--workspace", workspace, "--title", "From a pipe"],
      { stdin: content },
    );
    expect((await machine.run(["document", "get", piped.id])).stdout).toEqual(Buffer.from(content));

    await writeFile(join(machine.home, "plan.md"), "# Plan\n");
    const filed = await machine.json<{ id: string; title: string; content: string }>([
      "document",
      "create",
      "--workspace",
      workspace,
      "--file",
      "plan.md",
    ]);
    expect(filed).toMatchObject({ title: "plan", content: "# Plan\n" });

    const bad = await machine.run(
      ["document", "create", "--workspace", workspace, "--title", "x", "--json"],
      {
        stdin: Buffer.from([0xff]),
      },
    );
    expect(bad.code).toBe(1);
    expect(bad.error()).toMatchObject({ reason: "FILE", message: "The input is not UTF-8." });
    expect(await machine.json<unknown[]>(["document", "list", "--workspace", workspace])).toHaveLength(2);
  });

  test("finds documents by their words, with the matching passages", async () => {
    const workspace = await createWorkspace();
    const create = ["document", "create", "--workspace", workspace];
    await machine.json([...create, "--title", "Airships"], { stdin: "The zeppelin floats over the lake." });
    await machine.json([...create, "--title", "Other"], { stdin: "Nothing of the kind." });
    const said = await machine.run(["search", "zeppelin", "--workspace", workspace]);
    expect(said.code).toBe(0);
    expect(said.stdout.toString()).toContain("Airships");
    expect(said.stdout.toString()).toContain("zeppelin floats");
    expect(said.stdout.toString()).not.toContain("Other");
    expect(await machine.json(["search", "nowhere", "--workspace", workspace])).toEqual([]);
  });
});

describe("a zip archive", () => {
  test("is imported with its images and exported unchanged", async () => {
    const workspace = await createWorkspace();
    const folder = await createFolder();
    const packed = { "a.md": "![](img/p.png)\r\n", "sub/b.md": "b", "img/p.png": Buffer.from([0, 1, 2]) };
    const [from, to] = [join(folder, "in.zip"), join(folder, "out.zip")];
    await writeFile(from, await createZip(packed));
    expect(await machine.json(["import", from, "--workspace", workspace])).toMatchObject({
      created: 2,
      files: 1,
      failed: [],
    });
    await machine.json(["export", to, "--workspace", workspace]);
    const found = await unzip(await readFile(to));
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(Object.entries(packed).map(([path, content]) => [path, Buffer.from(content)])),
    );
    expect((await machine.run(["export", to, "--workspace", workspace])).code).toBe(1);
    expect(await readdir(folder)).toEqual(["in.zip", "out.zip"]);
  });
});
