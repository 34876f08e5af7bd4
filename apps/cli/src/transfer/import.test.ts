import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { maxDocumentBytes } from "@mdreader/client";
import { describe, expect } from "vitest";

import { encodeBase64, readFolder, writeFolder } from "../../test/folder.ts";
import { test } from "../../test/transfer-test.ts";
import { admit, createMachineUser } from "../../test/user.ts";

describe("import", () => {
  test("continues after unsupported files, lists them, and exits with code 3", async ({
    machine,
    workspace,
    exportFolder,
  }) => {
    const from = await machine.createFolder({
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
      "latin.md: isn't UTF-8; save it as UTF-8",
      "nul.md: contains NUL characters",
      "large.md: is larger than 1.5 MiB",
      "its name has characters that change the text direction",
      "odd\\folder/ (1 file): its name has a backslash",
      "out.md: is a symbolic link to a file outside the folder",
      "sub/loop: is a symbolic link to a folder",
    ]) {
      expect(said).toContain(line);
    }
    const to = await machine.createFolder();
    await exportFolder(to);
    expect(await readFolder(to)).toEqual(
      encodeBase64({ "fine.md": "fine", "sub/fine.md": "fine too", "picture.png": "not Markdown" }),
    );
  });

  test("leaves out version control, dependencies, secrets and hidden files, and lists them", async ({
    machine,
    importFolder,
    exportFolder,
  }) => {
    const [from, to] = [
      await machine.createFolder({
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
      }),
      await machine.createFolder(),
    ];
    const { leftOut } = await importFolder(from);
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
    await exportFolder(to);
    expect(await readFolder(to)).toEqual(encodeBase64({ "a.md": "a" }));

    await importFolder(from, "--include-hidden");
    await exportFolder(to);
    const hidden = { ".hidden/b.md": "b", ".idea/workspace.xml": "x" };
    expect(await readFolder(to)).toEqual(encodeBase64({ "a.md": "a", ...hidden }));
  });

  test("matches a document named like another text format to its file", async ({
    client,
    workspace,
    machine,
    exportFolder,
    importFolder,
  }) => {
    for (const title of ["robots.txt", "page.mdx", "old.mkd"]) {
      await client.document.create.mutate({ workspaceId: workspace, title, content: title });
    }
    const to = await machine.createFolder();
    await exportFolder(to);
    expect(await importFolder(to)).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 3,
      files: 0,
    });
    expect(Object.keys(await readFolder(to)).toSorted()).toEqual(["old.mkd", "page.mdx", "robots.txt.md"]);
    await writeFolder(to, { "robots.txt.md": "changed" });
    expect(await importFolder(to)).toMatchObject({ updated: 1, files: 0 });
    const { id: other } = await client.workspace.create.mutate({ name: "Other" });
    const elsewhere = await machine.json(["import", to, "--workspace", other]);
    expect(elsewhere).toMatchObject({ created: 3, files: 0 });
    const { items } = await client.document.list.query({ workspaceId: other });
    expect(items.map(({ title }) => title).toSorted()).toEqual(["old.mkd", "page.mdx", "robots.txt"]);
  });

  test("matches a plain-text file to the document it was imported as", async ({ machine, importFolder }) => {
    const from = await machine.createFolder({ "notes.txt": "text" });
    expect(await importFolder(from, "--extension", "txt")).toMatchObject({ created: 1 });
    expect(await importFolder(from, "--extension", "txt")).toMatchObject({
      created: 0,
      unchanged: 1,
    });
  });

  test("changes nothing if the folder, the workspace or write access is missing", async ({
    machine,
    workspace,
    served,
    client,
  }) => {
    const from = await machine.createFolder({ "a.md": "a", "b/c.md": "c" });
    const gone = await machine.run(["import", "gone", "--workspace", workspace, "--json"]);
    expect(gone).toMatchObject({ code: 1 });
    expect(gone.error()).toMatchObject({ reason: "FILE", message: "gone doesn't exist." });

    const nowhere = await machine.run(["import", from, "--workspace", crypto.randomUUID(), "--json"]);
    expect(nowhere).toMatchObject({ code: 1 });
    expect(nowhere.error().reason).toBe("NOT_FOUND");

    await using guest = await createMachineUser(served.url, { separate: false });
    await admit(client, workspace, guest.client, "viewer");
    const forbidden = await guest.machine.run(["import", from, "--workspace", workspace, "--json"]);
    expect(forbidden).toMatchObject({ code: 1 });
    expect(forbidden.error().reason).toBe("ROLE_TOO_LOW");
    expect(await machine.json(["document", "list", "--workspace", workspace])).toEqual([]);
  });

  test("creates each folder once in concurrent imports", async ({ machine, importFolder, exportFolder }) => {
    const left = await machine.createFolder({ "shared/deep/a.md": "a" });
    const right = await machine.createFolder({ "shared/deep/b.md": "b" });
    await Promise.all([importFolder(left), importFolder(right)]);
    const to = await machine.createFolder();
    expect(await exportFolder(to)).toMatchObject({ folders: 2, written: 2 });
  });
});
