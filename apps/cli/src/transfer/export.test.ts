import { readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect } from "vitest";

import { encodeBase64, readFolder } from "../../test/folder.ts";
import { test } from "../../test/transfer-test.ts";

describe("export", () => {
  test("writes links that lead to the document's own images even if these were renamed", async ({
    client,
    machine,
    exportFolder,
    workspace,
  }) => {
    const path = "attachments/image.png";
    const { id: folderId } = await client.document.folder.create.mutate({
      workspaceId: workspace,
      name: "F",
    });
    for (const [title, inside] of [
      ["a", null],
      ["b", folderId],
    ] as const) {
      const { id } = await client.document.create.mutate({
        workspaceId: workspace,
        title,
        folderId: inside,
        content: `\`${path}\` ![](${path} "of ${title}")\r\n`,
      });
      await client.uploadFile(workspace, new Blob([title]), { name: "image.png", documentId: id, path });
      if (inside !== null) await client.document.move.mutate({ id, folderId: null });
    }
    const to = await machine.createFolder();
    await exportFolder(to);
    expect(await readFolder(to)).toEqual(
      encodeBase64({
        "a.md": `\`${path}\` ![](${path} "of a")\r\n`,
        "b.md": `\`${path}\` ![](attachments/image-2.png "of b")\r\n`,
        "attachments/image.png": "a",
        "attachments/image-2.png": "b",
      }),
    );
  });

  test("writes titles that are not valid file names to separate files inside the folder", async ({
    client,
    workspace,
    machine,
    exportFolder,
    importFolder,
  }) => {
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
    for (const title of titles) {
      await client.document.create.mutate({ workspaceId: workspace, title, content: title });
    }
    const to = join(await machine.createFolder(), "inner");
    expect(await exportFolder(to)).toMatchObject({ written: titles.length, failed: [] });
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
    const again = await importFolder(to, "--include-hidden");
    expect(again).toMatchObject({ created: 0, updated: 0, unchanged: titles.length });
  });

  test("keeps files that differ without --overwrite, and never follows a link", async ({
    importFolder,
    machine,
    workspace,
  }) => {
    await importFolder(
      await machine.createFolder({ "a.md": "ours", "b.md": "same", "linked/c.md": "c", "d.md": "d" }),
    );
    const to = await machine.createFolder({ "a.md": "theirs", "b.md": "same", "own.md": "not ours" });
    const elsewhere = await machine.createFolder();
    await symlink(elsewhere, join(to, "linked"));
    await symlink(join(elsewhere, "victim.md"), join(to, "d.md"));

    const careful = await machine.run(["export", to, "--workspace", workspace]);
    expect(careful.code).toBe(3);
    expect(careful.stdout.toString()).toContain(
      "a.md: already exists with other content; replace it with --overwrite",
    );
    const forced = await machine.run(["export", to, "--workspace", workspace, "--overwrite"]);
    expect(forced.code).toBe(3);
    expect(forced.stdout.toString()).toContain("linked/: is a symbolic link");
    expect(forced.stdout.toString()).toContain("d.md: is a symbolic link");
    expect(await readdir(elsewhere)).toEqual([]);
    expect(await readFile(join(to, "a.md"), "utf8")).toBe("ours");
    expect(await readFile(join(to, "own.md"), "utf8")).toBe("not ours");
  });
});
