import { createEmptyDatabase } from "@mdreader/db/testing";
import { runScript, type ServerProcess, startProcess } from "@mdreader/server/testing/process";
import { createTemporaryFolder } from "@mdreader/server/testing/serve";

import { findFreePort } from "./app.ts";

/** A server as an organization runs it: a process of its own with the built web app, a database and a data folder. */
export interface Installation {
  url: string;
  /** The link that the server has printed for its first administrator, or null. */
  readonly setupUrl: string | null;
  /** Stops the server, and starts it again with more settings. */
  restart(settings: Record<string, string | undefined>): Promise<void>;
  /** Backs the server up while it runs. */
  backUp(archive: string): Promise<void>;
}

/** @param archive A backup to restore before the server starts. */
export async function openInstallation(stack: AsyncDisposableStack, archive?: string): Promise<Installation> {
  const database = stack.use(await createEmptyDatabase());
  const place = { DATABASE_URL: database.url, DATA_DIR: await createTemporaryFolder(stack) };
  if (archive !== undefined) await runScript("restore", place, archive);

  const port = String(await findFreePort());
  let settings: Record<string, string | undefined> = { ...place, APP_PORT: port, LOG_LEVEL: "fatal" };
  let server: ServerProcess = startProcess(settings);
  const stop = async () => {
    server.child.kill("SIGTERM");
    await server.ended;
  };
  stack.defer(stop);
  const url = await server.running;
  return {
    url,
    get setupUrl() {
      return /^Create the administrator: (\S+)$/m.exec(server.output)?.[1] ?? null;
    },
    async restart(added) {
      await stop();
      settings = { ...settings, ...added };
      server = startProcess(settings);
      await server.running;
    },
    async backUp(file) {
      await runScript("backup", place, file);
    },
  };
}
