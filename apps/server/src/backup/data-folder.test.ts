import { cp } from "node:fs/promises";
import { join } from "node:path";

import { createClient } from "@mdreader/client";
import { expect, test } from "vitest";

import { password } from "../../test/calls.ts";
import { runScript, startProcess } from "../../test/process.ts";
import { createTemporaryFolder } from "../../test/serve.ts";

/** Starts a server on a data folder, with the embedded PostgreSQL. */
async function startOn(dataDir: string) {
  const server = startProcess({ DATA_DIR: dataDir });
  const client = createClient({ url: await server.running });
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      server.child.kill("SIGTERM");
      await server.ended;
    },
  };
}

test(
  "a copy of the data folder restores documents, versions, hashes and accounts",
  { timeout: 600_000 },
  async () => {
    await using made = new AsyncDisposableStack();
    const folder = await createTemporaryFolder(made);
    const [original, copy] = [join(folder, "original"), join(folder, "copy")];
    const email = "ada@example.test";
    const text = "\ufeff# Plan\r\n\r\nall of it 👩‍🚀\r\n";

    const read = async ({ client }: Awaited<ReturnType<typeof startOn>>, id: string) => {
      const { content, version } = await client.document.get.query({ id });
      const { items } = await client.document.version.list.query({ id });
      return { content, version, hashes: items.map(({ number, hash }) => [number, hash]) };
    };
    let id = "";
    let before: Awaited<ReturnType<typeof read>> | null = null;
    {
      await using server = await startOn(original);
      const { client } = server;
      await client.auth.register.mutate({ email, username: "ada", password });
      const { id: workspaceId } = await client.workspace.create.mutate({ name: "Notes" });
      ({ id } = await client.document.create.mutate({ workspaceId, title: "Plan", content: text }));
      await client.document.update.mutate({ id, content: `${text}and more`, overwrite: true });
      before = await read(server, id);
    }
    await cp(original, copy, { recursive: true, preserveTimestamps: true });
    await using server = await startOn(copy);
    await server.client.auth.login.mutate({ email, password });
    expect(await read(server, id)).toEqual(before);
    expect(before).toMatchObject({
      content: `${text}and more`,
      hashes: [
        [2, expect.any(String)],
        [1, expect.any(String)],
      ],
    });
  },
);

test(
  "a backup of a running server's embedded database is restored into a new data folder",
  { timeout: 600_000 },
  async () => {
    await using made = new AsyncDisposableStack();
    const folder = await createTemporaryFolder(made);
    const [original, copy] = [join(folder, "original"), join(folder, "copy")];
    const archive = join(folder, "backup.tar.gz");
    const email = "ada@example.test";
    let id = "";
    {
      await using server = await startOn(original);
      const { client } = server;
      await client.auth.register.mutate({ email, username: "ada", password });
      const { id: workspaceId } = await client.workspace.create.mutate({ name: "Notes" });
      ({ id } = await client.document.create.mutate({ workspaceId, title: "Plan", content: "all of it" }));
      expect(await runScript("backup", { DATA_DIR: original }, archive)).toContain(`Backed up to ${archive}`);
    }
    expect(await runScript("restore", { DATA_DIR: copy }, archive)).toContain(`Restored ${archive}`);
    await using server = await startOn(copy);
    await server.client.auth.login.mutate({ email, password });
    expect(await server.client.document.get.query({ id })).toMatchObject({ content: "all of it" });
  },
);
