import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { type Client, createClient, everyItem, type RouterOutputs } from "@mdreader/client";
import { stateFileName } from "@mdreader/contract/synced-paths";

import { serve } from "../../server/test/serve.ts";
import type { SyncReport } from "../src/sync/report.ts";
import { createMachine, type Machine, password, register } from "./command-line.ts";
import { type Files, readFolder, writeFolder } from "./folder.ts";

/** A workspace, and a folder synced with it. */
export interface SyncPair {
  workspaceId: string;
  folder: string;
  sync(...more: string[]): Promise<SyncReport>;
  /** Another folder synced with the same workspace, as on another machine. */
  another(): Promise<SyncPair>;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  /** The files of the folder as text, without the state file. */
  files(): Promise<Record<string, string>>;
}

/** A server, a user, their machine, and synced folders on it. */
export interface SyncFixture extends AsyncDisposable {
  url: string;
  machine: Machine;
  client: Client;
  /** Signs the user in to another server, such as one of the same database. */
  signIn(url: string): Promise<Client>;
  /** Registers another user, who joins a workspace as an editor by an invitation. */
  colleague(workspaceId: string): Promise<Client>;
  pair(files?: Files, workspaceId?: string): Promise<SyncPair>;
  document(workspaceId: string, title: string): Promise<RouterOutputs["document"]["get"]>;
  titles(workspaceId: string): Promise<string[]>;
  /** The paths of attachments, relative to their folders. */
  filePaths(workspaceId: string): Promise<string[]>;
  upload(
    workspaceId: string,
    path: string,
    bytes: string | Buffer,
    folderId?: string | null,
  ): Promise<string>;
  /** The names of the items in the trash. */
  trash(workspaceId: string): Promise<string[]>;
}

/** @param server The address of a running server; default: starts one. */
export async function createSyncFixture(server?: string): Promise<SyncFixture> {
  await using made = new AsyncDisposableStack();
  const url = server ?? made.use(await serve()).url;
  const machine = made.use(await createMachine(url, { separate: false }));
  const { email } = await register(machine);
  async function signIn(at: string): Promise<Client> {
    const signedIn = createClient({ url: at });
    await signedIn.auth.login.mutate({ email, password });
    return signedIn;
  }
  const client = made.use(await signIn(url));

  async function createPair(files: Files = {}, workspace?: string): Promise<SyncPair> {
    const workspaceId = workspace ?? (await client.workspace.create.mutate({ name: "Notes" })).id;
    const folder = join(machine.home, crypto.randomUUID());
    await mkdir(folder);
    await writeFolder(folder, files);
    const sync = (...more: string[]) =>
      machine.json<SyncReport>(["sync", folder, "--workspace", workspaceId, ...more]);
    await sync();
    return {
      workspaceId,
      folder,
      sync,
      another: () => createPair({}, workspaceId),
      write: (path, text) => writeFolder(folder, { [path]: text }),
      read: (path) => readFile(join(folder, path), "utf8"),
      async files() {
        const { [stateFileName]: _, ...found } = await readFolder(folder);
        return Object.fromEntries(
          Object.entries(found).map(([path, bytes]) => [path, Buffer.from(bytes, "base64").toString()]),
        );
      },
    };
  }

  const all = made.move();
  return {
    url,
    machine,
    client,
    signIn,
    async colleague(workspaceId) {
      const { token } = await client.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
      const colleague = all.use(createClient({ url }));
      const username = `colleague-${crypto.randomUUID().slice(0, 13)}`;
      await colleague.auth.register.mutate({ email: `${username}@example.test`, username, password });
      await colleague.workspace.invitation.accept.mutate({ token });
      return colleague;
    },
    pair: createPair,
    async document(workspaceId, title) {
      const { items } = await client.document.list.query({ workspaceId, limit: 100 });
      const found = items.find((item) => item.title === title);
      if (found === undefined) throw new Error(`There is no ${title}.`);
      return client.document.get.query({ id: found.id });
    },
    async titles(workspaceId) {
      const documents = everyItem(async (cursor) =>
        client.document.list.query({ workspaceId, limit: 100, cursor: cursor ?? null }),
      );
      return (await Array.fromAsync(documents)).map(({ title }) => title).toSorted();
    },
    async filePaths(workspaceId) {
      const { items } = await client.file.list.query({ workspaceId, limit: 100 });
      return items.map(({ path }) => path).toSorted();
    },
    async upload(workspaceId, path, bytes, folderId = null) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const { id } = await client.uploadFile(workspaceId, new Blob([bytes]), {
        name,
        path,
        folderId,
        onConflict: "replace",
      });
      return id;
    },
    async trash(workspaceId) {
      const { items } = await client.document.trash.query({ workspaceId, limit: 100 });
      return items.map(({ name }) => name).toSorted();
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

export const nothing = { created: 0, updated: 0, moved: 0, deleted: 0 };
