import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { type Client, createClient, reasonOf } from "@mdreader/client";

import { createAccountInput } from "./calls.ts";
import type { Served } from "./serve.ts";

/** A user with a workspace, who calls through the client package. */
export interface Uploader {
  client: Client;
  workspaceId: string;
}

export async function createUploader(served: Pick<Served, "url">): Promise<Uploader> {
  const client = createClient({ url: served.url });
  await client.auth.register.mutate(createAccountInput());
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Files" });
  return { client, workspaceId };
}

/** The reason of a failed call; null if it succeeds. */
export const catchReason = (call: Promise<unknown>) => call.then(() => null, reasonOf);

export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Downloads a file through the link that `client` gets. */
export async function download(
  client: Client,
  id: string,
  init: RequestInit = {},
  extra = "",
): Promise<Response> {
  const { url } = await client.file.downloadUrl.query({ id });
  return fetch(client.fileUrl(url) + extra, init);
}

/** Uploads bytes under a name. */
export const uploadBytes = (
  { client, workspaceId }: Uploader,
  name: string,
  bytes: string | Uint8Array<ArrayBuffer>,
  options: Parameters<Client["uploadFile"]>[2] = {},
) => client.uploadFile(workspaceId, new Blob([bytes]), { name, ...options });

/** The files in the server's upload folder, by path. */
export async function listStored({ uploadDir }: Pick<Served, "uploadDir">): Promise<string[]> {
  // The first upload creates the folder.
  if (!existsSync(uploadDir)) return [];
  const entries = await readdir(uploadDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(uploadDir.length + 1))
    .toSorted();
}

/** The smallest PNG: one pixel. */
export const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
