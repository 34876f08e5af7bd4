import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";

import { createId } from "@mdreader/db";
import { ZipFile } from "yazl";

import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { type SeededDocument, waitForSearchIndex } from "./seed-documents.ts";

const command = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));
const filesPerFolder = 100;

/** Imports a folder and an archive with the command line, each into a workspace of its own. */
export async function* benchImport(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  await using opened = new AsyncDisposableStack();
  const temporary = await mkdtemp(join(tmpdir(), "mdreader-bench-import-"));
  opened.defer(() => rm(temporary, { recursive: true, force: true }));
  const texts = (await world.library()).slice(0, 4000 * effort);
  const bare = await insertOneByOne(world, texts);
  yield { what: "baseline: an insert and a commit per text, one after another", value: bare, unit: "/s" };

  const folder = join(temporary, "folder");
  await writeFolder(folder, texts);
  const archive = join(temporary, "archive.zip");
  await writeArchive(archive, texts);
  for (const [name, path] of [
    ["folder", folder],
    ["zip archive", archive],
  ] as const) {
    const before = { server: (await world.server.usage()).cpu, postgres: await world.postgresCpu() };
    const start = performance.now();
    await importWithCli(world, path);
    const perSecond = texts.length / ((performance.now() - start) / 1000);
    // Indexing is part of the cost, and not of that of the next import.
    await waitForSearchIndex(world.sql);
    const server = ((await world.server.usage()).cpu - before.server) / texts.length / 1000;
    const postgres = ((await world.postgresCpu()) - before.postgres) / texts.length / 1000;
    yield {
      what: `a ${name} of ${texts.length} files`,
      value: perSecond,
      unit: "/s",
      target: { atLeast: 300 },
      note: `${(perSecond / bare).toFixed(2)} × the baseline; ${server.toFixed(2)} + ${postgres.toFixed(2)} ms of CPU per file`,
    };
  }
}

/** Returns the number of texts per second that one connection inserts, each in a transaction of its own. */
async function insertOneByOne({ sql }: BenchEnvironment, texts: readonly SeededDocument[]): Promise<number> {
  await sql`create table bare_texts (id uuid primary key, content text)`;
  const start = performance.now();
  for (const { id, content } of texts) await sql`insert into bare_texts values (${id}, ${content})`;
  const perSecond = texts.length / ((performance.now() - start) / 1000);
  await sql`drop table bare_texts`;
  return perSecond;
}

const toPath = (n: number) => `Folder ${Math.floor(n / filesPerFolder)}/Note ${n}.md`;

async function writeFolder(folder: string, texts: readonly SeededDocument[]): Promise<void> {
  for (const [n, { content }] of texts.entries()) {
    const path = join(folder, toPath(n));
    if (n % filesPerFolder === 0) await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, content);
  }
}

async function writeArchive(path: string, texts: readonly SeededDocument[]): Promise<void> {
  const zip = new ZipFile();
  for (const [n, { content }] of texts.entries()) zip.addBuffer(Buffer.from(content), toPath(n));
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

/** @throws Error unless everything was imported. */
async function importWithCli({ sql, url, owner }: BenchEnvironment, path: string): Promise<void> {
  const workspaceId = createId();
  await sql`insert into workspaces (id, name) values (${workspaceId}, 'Import')`;
  await sql`
    insert into workspace_members (workspace_id, user_id, role) values (${workspaceId}, ${owner.id}, 'owner')`;
  const child = spawn(process.execPath, [command, "import", path, "--workspace", workspaceId], {
    env: { ...process.env, MDREADER_URL: url, MDREADER_TOKEN: owner.token },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code]: unknown[] = await once(child, "exit");
  if (code !== 0) throw new Error(`the import ended with exit code ${String(code)}`);
}
