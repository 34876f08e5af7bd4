import { join } from "node:path";

import { type ClientOptions, createClient } from "@mdreader/client";

import { openPair } from "../src/sync/open-pair.ts";
import type { Files } from "./folder.ts";
import { createSyncPair } from "./sync-pair.ts";
import { test as base } from "./test.ts";

/** A test with folders that are synced with workspaces of the user. */
export const test = base
  .extend(
    "createPair",
    { scope: "file" },
    ({ client, machine }) =>
      (files?: Files, workspaceId?: string) =>
        createSyncPair({ client, machine }, files, workspaceId),
  )
  /** Creates a client of the user whose requests pass through a function. */
  .extend("createClientThrough", { scope: "file" }, ({ served, client }, { onCleanup }) => {
    const created = new AsyncDisposableStack();
    onCleanup(() => created.disposeAsync());
    return async (through: typeof fetch, options: Pick<ClientOptions, "retries"> = {}) => {
      const token = (await client.session.accessToken()) ?? "";
      return created.use(createClient({ ...options, url: served.url, token, fetch: through }));
    };
  })
  /** Opens a synced folder for syncs in this process. */
  .extend(
    "openSynced",
    { scope: "file" },
    ({ served, machine, client }) =>
      (folder: string, through = client) =>
        openPair(
          { client: through, url: served.url, configFolder: join(machine.home, "config") },
          folder,
          {},
        ),
  );
