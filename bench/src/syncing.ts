import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { type CommandLine, createCommandLine, type Resources } from "./command.ts";
import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { seedWorkspace, type SeededWorkspace } from "./seed-workspace.ts";
import { openSocket } from "./socket.ts";

const documentCount = 20_000;
const megabyte = 1024 * 1024;
/** The interval at which a watched folder is checked for a change. */
const pollMs = 10;

/** A folder on disk and a large workspace, synced by the real command. */
export async function* benchSync(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  await using opened = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), "mdreader-bench-sync-"));
  opened.defer(() => rm(home, { recursive: true, force: true }));
  const folder = join(home, "folder");
  await mkdir(folder);
  const workspace = await seedWorkspace(world.sql, world.owner.id, Math.round(documentCount * effort));
  const commands = createCommandLine(world.url, world.owner.token, home);
  const sync = () => commands.run("sync", folder, "--workspace", workspace.workspaceId, "--json");

  const before = { server: (await world.server.usage()).cpu, postgres: await world.postgresCpu() };
  const first = await sync();
  const server = (await world.server.usage()).cpu - before.server;
  const postgres = (await world.postgresCpu()) - before.postgres;
  const expected = join(folder, toPath(workspace, workspace.documents.length - 1));
  if (!existsSync(expected)) throw new Error("the first sync is incomplete");
  yield {
    what: "first sync into an empty folder",
    value: first.ms / 1000,
    unit: "s",
    target: { atMost: 25 },
    note: `${describe(first)}; server ${formatCpu(server)}, PostgreSQL ${formatCpu(postgres)}`,
  };
  yield {
    what: "memory of the command meanwhile",
    value: first.rss / megabyte,
    unit: "MB",
    target: { atMost: 200 },
  };
  const idle = await sync();
  yield { what: "sync without changes", value: idle.ms / 1000, unit: "s", note: describe(idle) };

  await rename(join(folder, "Folder 3"), join(folder, "Renamed"));
  const renamed = await sync();
  yield {
    what: "sync after renaming a folder of 80 documents on disk",
    value: renamed.ms / 1000,
    unit: "s",
    note: describe(renamed),
  };
  yield* benchWatch(world, commands, folder, workspace);
}

/** Changes by another user while the folder is watched, one at a time. */
async function* benchWatch(
  { url, owner }: BenchEnvironment,
  commands: CommandLine,
  folder: string,
  workspace: SeededWorkspace,
): AsyncGenerator<Measurement> {
  const { workspaceId, documents, folders } = workspace;
  await using watch = commands.start("sync", folder, "--watch", "--json");
  const socket = await openSocket(url, owner.token);
  const at = (n: number) => join(folder, toPath(workspace, n));
  const idOf = (n: number) => documents[n]?.id ?? "";
  const call = (path: string, input: unknown) => socket.call("mutation", path, input);
  const local = join(folder, "Folder 0", "From here.md");
  const changes: { what: string; act(): Promise<unknown>; isDone(): Promise<boolean> }[] = [
    {
      what: "edits a document",
      act: () => call("document.applyText", { id: idOf(0), baseVersion: 1, text: "# New text\n" }),
      isDone: async () => (await readFile(at(0), "utf8")) === "# New text\n",
    },
    {
      what: "creates a document",
      act: () =>
        call("document.create", { workspaceId, folderId: folders[1]?.id, title: "Created", content: "Here" }),
      isDone: async () => existsSync(join(folder, "Folder 1", "Created.md")),
    },
    {
      what: "renames a document",
      act: () => call("document.update", { id: idOf(1), title: "Called otherwise" }),
      isDone: async () => existsSync(join(folder, "Folder 0", "Called otherwise.md")),
    },
    {
      what: "deletes a document",
      act: () => call("document.delete", { id: idOf(2) }),
      isDone: async () => !existsSync(at(2)),
    },
    {
      what: "renames a folder of 80 documents",
      act: () => call("document.folder.rename", { id: folders[2]?.id, name: "Other" }),
      isDone: async () => !existsSync(join(folder, "Folder 2")),
    },
    {
      what: "writes a new file into the folder",
      act: () => writeFile(local, "From here\n"),
      async isDone() {
        const { mtimeMs } = await stat(join(folder, ".mdreader.json"));
        return mtimeMs > (await stat(local)).mtimeMs;
      },
    },
  ];
  await waitUntilIdle(watch);
  for (const { what, act, isDone } of changes) {
    const before = await watch.resources();
    const start = performance.now();
    await act();
    while (!(await isDone())) await delay(pollMs);
    const ms = performance.now() - start;
    const after = await waitUntilIdle(watch);
    yield {
      what: `requests of a watcher when somebody ${what}`,
      value: after.requests - before.requests,
      unit: "",
      note: `${(ms / 1000).toFixed(1)} s, ${describe({
        receivedBytes: after.receivedBytes - before.receivedBytes,
        cpu: after.cpu - before.cpu,
        rss: after.rss,
      })}`,
    };
  }
  await socket.close();
}

/** Waits until a watcher has used no processor time for a while. */
async function waitUntilIdle(watch: { resources(): Promise<Resources> }): Promise<Resources> {
  const quietMs = 1_500;
  const idleCpu = 30_000; // in microseconds
  for (let before = await watch.resources(); ;) {
    await delay(quietMs);
    const now = await watch.resources();
    if (now.requests === before.requests && now.cpu - before.cpu < idleCpu && now.requests > 0) return now;
    before = now;
  }
}

function toPath({ documents, folders }: SeededWorkspace, n: number): string {
  const { title = "", folderId = null } = documents[n] ?? {};
  return `${folders.find(({ id }) => id === folderId)?.name ?? ""}/${title}.md`;
}

const formatCpu = (cpu: number) => `${(cpu / 1e6).toFixed(1)} s of CPU`;

function describe({ requests, receivedBytes, cpu, rss }: Partial<Resources>): string {
  return [
    ...(requests === undefined ? [] : [`${requests} requests`]),
    `${((receivedBytes ?? 0) / 1024).toFixed(0)} KB`,
    formatCpu(cpu ?? 0),
    `${((rss ?? 0) / megabyte).toFixed(0)} MB`,
  ].join(", ");
}
