import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setImmediate as waitForTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { expect } from "vitest";

import { encodeBase64, readFolder } from "../../test/folder.ts";
import { test as base } from "../../test/test.ts";
import { ConnectionError } from "../failure.ts";
import { download, downloadFile } from "./download.ts";

const files = { "a/one.txt": "1", "b/two.txt": "22", "c/three.txt": "333", "d/empty.txt": "" };

const test = base.extend("uploaded", { scope: "file" }, ({ client, workspaceId }) =>
  Promise.all(
    Object.entries(files).map(([path, content]) =>
      client.uploadFile(workspaceId, new Blob([content]), { name: "file.txt", path }),
    ),
  ),
);

/** Collects garbage after each response with a file, while `work` runs. */
async function collectingGarbage(work: () => Promise<void>): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  const collect = async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await waitForTurn();
      collectGarbage();
    }
  };
  const { fetch } = globalThis;
  // A mock would keep the responses.
  globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (typeof input === "string" && input.includes("download=1")) void collect();
    return response;
  };
  try {
    await work();
  } finally {
    globalThis.fetch = fetch;
  }
}

test("files are complete even if garbage is collected while they arrive", async ({
  machine,
  workspaceId,
  uploaded,
}) => {
  const [synced, downloaded] = [await machine.createFolder(), await machine.createFolder()];
  await collectingGarbage(async () => {
    await machine.json(["pull", synced, "--workspace", workspaceId]);
    for (const { id, hash } of uploaded)
      await machine.json(["file", "download", id, "--output", join(downloaded, hash)]);
  });
  expect(await readFolder(synced)).toMatchObject(encodeBase64(files));
  for (const [index, content] of Object.values(files).entries())
    expect(await readFile(join(downloaded, uploaded[index]?.hash ?? ""), "utf8")).toBe(content);
});

test("bytes other than those of the file are an error", async ({ client, uploaded }) => {
  const { id = "" } = uploaded[0] ?? {};
  const received = downloadFile(client, { id, hash: "0".repeat(64) }, () => new PassThrough());
  await expect(received).rejects.toThrow("incomplete or damaged");
});

/** Downloads from a server that sends a status and half of the bytes. */
async function downloadHalf(status: number): Promise<void> {
  const server = createServer((_, response) => {
    response.writeHead(status, { "content-length": 10 });
    response.write("half", () => response.destroy());
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // it listens on a port
    const fileUrl = () => `http://127.0.0.1:${port}/`;
    await download({ fileUrl }, "", () => new PassThrough());
  } finally {
    server.close();
  }
}

test("only a download that breaks, or that a proxy refuses, is a lost connection", async () => {
  await expect(downloadHalf(200)).rejects.toBeInstanceOf(ConnectionError);
  await expect(downloadHalf(503)).rejects.toBeInstanceOf(ConnectionError);
  await expect(downloadHalf(404)).rejects.not.toBeInstanceOf(ConnectionError);
});
