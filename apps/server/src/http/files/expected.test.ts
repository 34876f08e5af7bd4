import { createHash } from "node:crypto";

import { expect } from "vitest";

import { createUploader } from "../../../test/files.ts";
import { test as base } from "../../../test/test.ts";

const hashOf = (bytes: string) => createHash("sha256").update(bytes).digest("hex");

const refused = (reason: string) => ({ data: { reason } });

const test = base.extend("createPlace", ({ served }) => async () => {
  const { client, workspaceId } = await createUploader(served);
  const put = (path: string, bytes: string, more: { expectedHash?: string | null } = {}) =>
    client.uploadFile(workspaceId, new Blob([bytes]), { name: path, path, onConflict: "replace", ...more });
  const paths = async () => {
    const { items } = await client.file.list.query({ workspaceId });
    return Object.fromEntries(items.map(({ path, hash }) => [path, hash]));
  };
  return { client, workspaceId, put, paths };
});

test("a file is replaced only by a caller that knows its hash, and moves to the trash", async ({
  createPlace,
}) => {
  const { client, workspaceId, put, paths } = await createPlace();
  await put("a.png", "one", { expectedHash: null });
  const two = await put("a.png", "two", { expectedHash: hashOf("one") });
  await expect(put("a.png", "mine", { expectedHash: hashOf("one") })).rejects.toMatchObject(
    refused("FILE_CHANGED"),
  );
  await expect(put("a.png", "mine", { expectedHash: null })).rejects.toMatchObject(refused("FILE_CHANGED"));
  const expectedHash = hashOf("one");
  await expect(client.file.delete.mutate({ id: two.id, expectedHash })).rejects.toMatchObject(
    refused("FILE_CHANGED"),
  );
  const moved = client.file.move.mutate({ id: two.id, path: "b.png", expectedHash });
  await expect(moved).rejects.toMatchObject(refused("FILE_CHANGED"));
  expect(await paths()).toEqual({ "a.png": hashOf("two") });
  expect((await client.document.trash.query({ workspaceId })).items.map(({ name }) => name)).toEqual([
    "a.png",
  ]);
  await client.file.delete.mutate({ id: two.id, expectedHash: hashOf("two") });
  expect(await paths()).toEqual({});
});

test("files can exchange paths in cycles of any length", async ({ createPlace }) => {
  const { client, put, paths } = await createPlace();
  const [a, b] = [await put("a", "1"), await put("b", "2"), await put("c", "3")];
  await client.file.move.mutate({ id: a.id, path: "b", onConflict: "exchange" });
  expect(await paths()).toEqual({ a: hashOf("2"), b: hashOf("1"), c: hashOf("3") });
  await client.file.move.mutate({ id: b.id, path: "c", onConflict: "exchange" });
  expect(await paths()).toEqual({ a: hashOf("3"), b: hashOf("1"), c: hashOf("2") });
  await client.file.move.mutate({ id: b.id, path: "free", onConflict: "exchange" });
  expect(await paths()).toEqual({ a: hashOf("3"), b: hashOf("1"), free: hashOf("2") });
});

test("a folder that contains only files is not empty", async ({ createPlace }) => {
  const { client, workspaceId } = await createPlace();
  const { id } = await client.document.folder.create.mutate({ workspaceId, name: "pictures" });
  const file = await client.uploadFile(workspaceId, new Blob(["x"]), { name: "x.png", folderId: id });
  const remove = () => client.document.folder.delete.mutate({ id, onlyIfEmpty: true });
  await expect(remove()).rejects.toMatchObject(refused("FOLDER_NOT_EMPTY"));
  await client.file.delete.mutate({ id: file.id });
  await remove();
});
