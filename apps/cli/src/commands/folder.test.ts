import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createClient } from "@mdreader/client";
import { expect } from "vitest";

import { test } from "../../test/test.ts";
import { createUser } from "../../test/user.ts";

test("folders are created, renamed, moved, deleted and restored by path", async ({
  createFolder,
  machine,
  createDocument,
  client,
}) => {
  const { id: parentId } = await createFolder("Guides");
  const { id: folderId } = await machine.json<{ id: string }>(["folder", "create", "Guides/Advanced/"]);
  await createDocument("Tuning", "", folderId);
  const { id: index } = await createDocument("Index", "[tuning](Guides/Advanced/Tuning.md)\n");

  expect(await machine.text(["folder", "rename", "Guides/Advanced", "Expert", "--update-links"])).toBe(
    "Renamed “Guides/Advanced” to “Expert”. Updated 1 link in 1 document.\n",
  );
  expect((await client.document.get.query({ id: index })).content).toBe(
    "[tuning](Guides/Expert/Tuning.md)\n",
  );
  await machine.json(["folder", "move", "Guides/Expert", "/"]);
  expect(await machine.text(["folder", "list"])).toBe(
    [
      "FOLDER  DOCUMENTS  FILES  ID",
      `Expert  1          0      ${folderId}`,
      `Guides  0          0      ${parentId}`,
      "",
    ].join("\n"),
  );
  expect(await machine.text(["folder", "delete", "Expert"])).toBe(
    "Moved “Expert” to the trash, with 1 document and 0 subfolders.\n",
  );
  expect(await machine.text(["trash", "restore", "Expert"])).toBe("Restored the folder “Expert”.\n");
});

test("files are uploaded, listed, renamed and downloaded by path", async ({ createFolder, machine }) => {
  await createFolder("Brand");
  const source = join(machine.home, "logo.svg");
  await writeFile(source, "<svg xmlns='http://www.w3.org/2000/svg'/>");
  await machine.json(["file", "upload", source, "--folder", "Brand"]);
  expect(await machine.text(["file", "list", "Brand"])).toMatch(
    /^FILE .*\nBrand\/logo\.svg .* 41 bytes +just now /,
  );
  await machine.json(["file", "rename", "Brand/logo.svg", "mark.svg"]);
  const download = ["file", "download", "Brand/mark.svg", "--output", join(machine.home, "mark.svg")];
  await machine.json(download);
  expect(await readFile(join(machine.home, "mark.svg"))).toEqual(await readFile(source));
  const again = await machine.run([...download, "--json"]);
  expect([again.code, again.error().reason]).toEqual([1, "FILE"]);
});

test("files are moved and deleted by path, and downloaded to a pipe", async ({
  createFolder,
  client,
  workspaceId,
  machine,
}) => {
  await createFolder("Data");
  await client.uploadFile(workspaceId, new Blob(["a,b\n"]), { name: "table.csv" });
  await machine.json(["file", "move", "table.csv", "Data"]);
  expect(await machine.text(["file", "download", "Data/table.csv", "--output", "-"])).toBe("a,b\n");
  await machine.json(["file", "delete", "Data/table.csv"]);
  const { items } = await client.document.trash.query({ workspaceId });
  expect(items).toContainEqual(expect.objectContaining({ kind: "file", name: "table.csv" }));
});

test("members are invited, given another role, and removed by name", async ({
  machine,
  served,
  user,
  client,
  workspaceId,
}) => {
  const { token } = await machine.json<{ token: string }>(["invite", "--role", "viewer"]);
  await using guest = await createUser(served.url);
  const { email, username: name } = guest;
  await guest.client.workspace.invitation.accept.mutate({ token });

  expect(await machine.text(["member", "role", name, "editor"])).toBe(`${name} is now editor.\n`);
  const listed = await machine.text(["members", "list"]);
  expect(listed).toMatch(new RegExp(`^${user.username} .* owner `, "m"));
  expect(listed).toMatch(new RegExp(`^${name} .* editor +just now `, "m"));
  const wrong = await machine.run(["member", "role", name, "boss", "--json"]);
  expect([wrong.code, wrong.error().reason]).toEqual([2, "USAGE"]);

  const own = await machine.text(["member", "explain", "--action", "document.update", "workspace.transfer"]);
  expect(own).toMatch(new RegExp(`^${user.username} is owner\\.$`, "m"));
  expect(own).toMatch(/^document\.update +yes +owner role$/m);
  const explained = await machine.text([
    "member",
    "explain",
    name,
    "--action",
    "document.update",
    "share.create",
  ]);
  expect(explained).toMatch(/^document\.update +yes +editor role$/m);
  expect(explained).toMatch(/^share\.create +no +requires the admin role$/m);
  expect(await machine.json(["member", "explain", email])).toMatchObject({ role: "editor" });

  await machine.json(["member", "remove", email]);
  expect((await client.workspace.member.list.query({ workspaceId })).items).toHaveLength(1);
});

test("invitations are listed and revoked by address", async ({ client, workspaceId, machine }) => {
  await client.workspace.invitation.create.mutate({ workspaceId, role: "editor", email: "ben@example.test" });
  expect(await machine.text(["invitation", "list"])).toMatch(/^ben@example\.test +editor +1 +in 6 days /m);
  await machine.json(["invitation", "revoke", "ben@example.test"]);
  expect((await client.workspace.invitation.list.query({ workspaceId })).items).toEqual([]);
});

test("API keys are created, listed, and revoked by name", async ({ machine, served, user }) => {
  const secret = (await machine.text(["api-key", "create", "nightly", "--scope", "read", "write"])).trim();
  await using program = createClient({ url: served.url, token: secret });
  expect(await program.auth.me.query()).toMatchObject({ username: user.username });
  expect(await machine.text(["api-key", "list"])).toMatch(/^nightly +read, write /m);
  await machine.json(["api-key", "revoke", "nightly"]);
  await expect(program.auth.me.query()).rejects.toThrow();
});

test("a move places a folder or document next to another one, and lists follow the order of the tree", async ({
  client,
  machine,
}) => {
  const { id } = await client.workspace.create.mutate({ name: "Placed" });
  for (const name of ["One", "Two"]) await client.document.folder.create.mutate({ workspaceId: id, name });
  const { items } = await client.document.tree.query({ workspaceId: id });
  for (const folderId of [null, items[0]?.id ?? ""])
    for (const title of ["a", "b", "c"])
      await client.document.create.mutate({ workspaceId: id, title, folderId });
  const inWorkspace = ["--workspace", "Placed"];
  const list = async (kind: "folder" | "document") => {
    const listed = await machine.json<{ path: string }[]>([kind, "list", ...inWorkspace]);
    return listed.map(({ path }) => path);
  };
  expect(await list("document")).toEqual(["a", "b", "c", "One/a", "One/b", "One/c"]);
  await machine.json(["move", "One/c", "One", "--before", "One/a", ...inWorkspace]);
  expect(await list("document")).toEqual(["a", "b", "c", "One/c", "One/a", "One/b"]);
  await machine.json(["folder", "move", "One", "/", "--after", "Two", ...inWorkspace]);
  expect(await list("folder")).toEqual(["Two", "One"]);
  expect(await list("document")).toEqual(["One/c", "One/a", "One/b", "a", "b", "c"]);
  await client.document.folder.sort.mutate({ workspaceId: id });
  expect(await list("folder")).toEqual(["One", "Two"]);
});
