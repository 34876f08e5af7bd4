import { join } from "node:path";

import { type Client, createClient } from "@mdreader/client";
import { type LiveDocument, memoryStore, openDocument } from "@mdreader/client/live";
import { dropDatabase, withAdminConnection } from "@mdreader/db/testing";
import { afterEach, expect, inject, test } from "vitest";

import { password } from "../../test/calls.ts";
import { findFreePort, startProcess } from "../../test/process.ts";
import { createServerDatabase, createTemporaryFolder } from "../../test/serve.ts";
import { createLocalStorage } from "../adapters/storage/local.ts";
import { createBackup } from "./create.ts";
import { restoreBackup } from "./restore.ts";

let made = new AsyncDisposableStack();
afterEach(async () => {
  await made.disposeAsync();
  made = new AsyncDisposableStack();
});

const words = (text: string) => text.split(/\s+/).filter(Boolean).toSorted();
const type = (windows: readonly LiveDocument[], word: string) =>
  windows.forEach(({ ytext }, index) => ytext.insert(ytext.length, `${word}${index}\n`));
const saveAll = (windows: readonly LiveDocument[]) => Promise.all(windows.map((live) => live.whenSaved()));
const areEqual = (windows: readonly LiveDocument[]) =>
  expect.poll(() => new Set(windows.map(({ ytext }) => ytext.toJSON())).size, { timeout: 30_000 }).toBe(1);

test(
  "clients that are open while a backup is restored can save again, with all of their edits exactly once",
  { timeout: 240_000 },
  async () => {
    const folder = await createTemporaryFolder(made);
    const database = made.use(await createServerDatabase());
    const target = join(folder, "backup.tar.gz");
    const storage = createLocalStorage(join(folder, "uploads"));
    const { signal } = new AbortController();
    const environment = {
      APP_PORT: String(await findFreePort()),
      DATA_DIR: join(folder, "data"),
      DATABASE_URL: database.url,
    };
    let server = startProcess(environment);
    made.defer(async () => {
      server.child.kill("SIGTERM");
      await server.ended;
    });
    const url = await server.running;

    const people: Client[] = [];
    for (const username of ["ada", "ben", "cleo"]) {
      const client = made.use(createClient({ url }));
      await client.auth.register.mutate({ email: `${username}@example.test`, username, password });
      people.push(client);
    }
    const [ada, ben, cleo] = people;
    if (ada === undefined || ben === undefined || cleo === undefined)
      throw new Error("three people were expected");
    const { id: workspaceId } = await ada.workspace.create.mutate({ name: "Notes" });
    const { id } = await ada.document.create.mutate({ workspaceId, title: "Plan", content: "start\n" });
    await database.database.sql`
      insert into workspace_members (workspace_id, user_id, role)
      select ${workspaceId}, id, 'editor' from users where username in ('ben', 'cleo')`;
    const store = memoryStore();
    const windows = [
      made.use(await openDocument(ada, id)),
      made.use(await openDocument(ben, id, { store: memoryStore() })),
      made.use(await openDocument(cleo, id, { store })),
    ];
    await Promise.all(windows.map((live) => live.synced()));
    type(windows, "before");
    await saveAll(windows);
    await areEqual(windows);

    await createBackup({ databaseUrl: database.url, storage, version: "0.0.0", target, signal });
    type(windows, "lost");
    await saveAll(windows);
    await areEqual(windows);
    server.child.kill("SIGTERM");
    await server.ended;
    type(windows, "away");
    // One of them is closed in between, and reopened from its store.
    await windows.pop()?.close();
    windows.push(made.use(await openDocument(cleo, id, { store })));

    const name = new URL(database.url).pathname.slice(1);
    const { url: serverUrl } = inject("postgres");
    await dropDatabase(serverUrl, name);
    await withAdminConnection(serverUrl, (sql) => sql`create database ${sql(name)}`);
    const openDatabase = async () => ({ url: database.url, release: async () => {} });
    await restoreBackup({ source: target, openDatabase, storage, signal });
    server = startProcess(environment);
    await server.running;

    await saveAll(windows);
    type(windows, "after");
    await saveAll(windows);
    await areEqual(windows);
    const { content } = await ada.document.get.query({ id });
    const all = ["before", "lost", "away", "after"].flatMap((word) =>
      [0, 1, 2].map((index) => `${word}${index}`),
    );
    expect(words(content)).toEqual([...all, "start"].toSorted());
    expect(windows[0]?.ytext.toJSON()).toBe(content);
    expect(windows.map(({ saveState }) => saveState.get().status)).toEqual(["saved", "saved", "saved"]);
  },
);
