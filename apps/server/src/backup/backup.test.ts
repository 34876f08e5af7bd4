import { randomBytes } from "node:crypto";
import { open, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

import { type Storage, toStorageKey } from "@mdreader/api";
import { createClient } from "@mdreader/client";
import { openDocument } from "@mdreader/client/live";
import { connect } from "@mdreader/db";
import { createEmptyDatabase, createTestDatabase } from "@mdreader/db/testing";
import { expect } from "vitest";

import { createAccountInput, password } from "../../test/calls.ts";
import { download, listStored, png, sha256, uploadBytes, type Uploader } from "../../test/files.ts";
import { startS3 } from "../../test/s3.ts";
import { createTemporaryFolder, serve, type Served } from "../../test/serve.ts";
import { test as base } from "../../test/test.ts";
import { createLocalStorage } from "../adapters/storage/local.ts";
import { createS3Storage } from "../adapters/storage/s3.ts";
import { sweep } from "../jobs/sweep.ts";
import { ArchiveWriter } from "./archive-writer.ts";
import { type BackupOptions, createBackup } from "./create.ts";
import { restoreBackup } from "./restore.ts";
import { verifyBackup } from "./verify.ts";

const { signal } = new AbortController();

const test = base
  // oxlint-disable-next-line no-empty-pattern -- Vitest needs the pattern
  .extend("folder", async ({}, { onCleanup }) => {
    const made = new AsyncDisposableStack();
    onCleanup(() => made.disposeAsync());
    return createTemporaryFolder(made);
  })
  /** Backs up the server. */
  .extend(
    "backUp",
    ({ served, folder }) =>
      (options: Partial<BackupOptions> = {}) =>
        createBackup({
          databaseUrl: served.database.url,
          storage: served.server.services.storage,
          version: "1.2.3",
          target: folder,
          signal,
          ...options,
        }),
  );

const restore = (source: string, url: string, storage: Storage) =>
  restoreBackup({ source, openDatabase: async () => ({ url, release: async () => {} }), storage, signal });

/** Fails if the database is opened. */
const restoreNowhere = (source: string) =>
  restoreBackup({
    source,
    openDatabase: () => Promise.reject(new Error("the database was opened")),
    storage: createLocalStorage("/nowhere"),
    signal,
  });

/** Everything that a member sees of a document. */
async function readDocument({ client }: Pick<Uploader, "client">, id: string) {
  const [document, versions, comments, shares] = await Promise.all([
    client.document.get.query({ id }),
    client.document.version.list.query({ id }),
    client.document.comment.list.query({ documentId: id }),
    client.document.share.list.query({ documentId: id }),
  ]);
  return { document, versions, comments, shares };
}

const downloadBytes = async ({ client }: Pick<Uploader, "client">, id: string) =>
  Buffer.from(await (await download(client, id)).arrayBuffer());

const readGeneration = ({ server }: Served) => server.services.sequencePoller.generation();

test(
  "a backup that is made while people edit is restored elsewhere with everything acknowledged before it",
  { timeout: 600_000 },
  async ({ served, folder, backUp, onTestFinished }) => {
    const made = new AsyncDisposableStack();
    onTestFinished(() => made.disposeAsync());
    const account = createAccountInput();
    const client = made.use(createClient({ url: served.url }));
    await client.auth.register.mutate(account);
    const { id: workspaceId } = await client.workspace.create.mutate({ name: "Notes" });
    const owner = { client, workspaceId };

    const text = "\ufeff# Plan\r\n\r\nall of it 👩‍🚀 \\N\t\\.\r\n";
    const { id } = await client.document.create.mutate({ workspaceId, title: "Plan", content: text });
    await client.document.update.mutate({ id, content: `${text}and more`, overwrite: true });
    await client.document.comment.create.mutate({
      documentId: id,
      body: "Really?",
      anchor: { quote: "all of it" },
    });
    const share = await client.document.share.create.mutate({ documentId: id, password });
    const large = randomBytes(5_000_000);
    const files = [
      await uploadBytes(owner, "a.png", png),
      await uploadBytes(owner, "same bytes.png", png),
      await uploadBytes(owner, "large.bin", large),
      await uploadBytes(owner, "empty.txt", ""),
    ];
    await client.file.createUpload.mutate({ workspaceId, name: "unfinished.bin", size: 10 });
    const before = await readDocument(owner, id);

    const { id: editedId } = await client.document.create.mutate({ workspaceId, title: "Log", content: "" });
    const live = made.use(await openDocument(client, editedId));
    await live.synced();
    let saved = 0;
    const typed = new AbortController();
    const type = async () => {
      while (!typed.signal.aborted) {
        live.ytext.insert(live.ytext.length, `line ${saved}\n`);
        await live.whenSaved();
        saved += 1;
      }
    };
    const typing = type();
    await expect.poll(() => saved).toBeGreaterThan(3);
    const savedBefore = saved;
    const backup = await backUp().finally(() => typed.abort());
    await typing;

    expect((await stat(backup.path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^mdreader-[\dTZ-]+\.tar\.gz$/)]);
    expect(backup.manifest.files).toEqual({ count: 3, bytes: large.byteLength + png.byteLength });

    const target = made.use(await createEmptyDatabase());
    const uploadDir = join(folder, "restored");
    await restore(backup.path, target.url, createLocalStorage(uploadDir));
    const database = connect(target.url);
    made.defer(() => database.close());
    const left = await database.sql`
    select (select count(*)::int from user_sessions) as sessions,
      (select count(*)::int from file_uploads where completed_at is null) as uploads`;
    expect(left).toEqual([{ sessions: 0, uploads: 0 }]);

    const env = { DATABASE_URL: target.url, UPLOAD_DIR: uploadDir };
    const restored = made.use(await serve({ env }));
    const reader = { client: made.use(createClient({ url: restored.url })) };
    await reader.client.auth.login.mutate({ email: account.email, password });
    expect(await readDocument(reader, id)).toEqual(before);
    for (const file of files) {
      expect(sha256(await downloadBytes(reader, file.id))).toBe(file.hash);
    }
    const shared = await reader.client.document.share.read.mutate({ token: share.token, password });
    expect(shared.content).toBe(`${text}and more`);
    const { items } = await reader.client.document.search.query({ workspaceId, query: "plan" });
    expect(items).toHaveLength(1);
    const lines = (await reader.client.document.get.query({ id: editedId })).content.split("\n").slice(0, -1);
    expect(lines).toEqual(lines.map((_, index) => `line ${index}`));
    expect(lines.length).toBeGreaterThanOrEqual(savedBefore);
    expect(lines.length).toBeLessThanOrEqual(saved);
    expect(await readGeneration(restored)).not.toBe(await readGeneration(served));
  },
);

test("a backup moves files from a disk to S3 and back, byte for byte", async ({
  owner,
  folder,
  backUp,
  onTestFinished,
}) => {
  const made = new AsyncDisposableStack();
  onTestFinished(() => made.disposeAsync());
  await uploadBytes(owner, "a.txt", "milk");
  const original = await backUp();
  const inBucket = createS3Storage(await startS3(made));
  const [first, second] = [made.use(await createEmptyDatabase()), made.use(await createEmptyDatabase())];
  await restore(original.path, first.url, inBucket);
  const fromBucket = await backUp({
    databaseUrl: first.url,
    storage: inBucket,
    target: join(folder, "from-bucket.tar.gz"),
  });
  expect(fromBucket.manifest.files).toEqual(original.manifest.files);
  // Unfinished uploads aren't restored.
  const tables = ({ manifest }: typeof original) =>
    manifest.tables.filter(({ name }) => name !== "file_uploads");
  expect(tables(fromBucket)).toEqual(tables(original));
  await restore(fromBucket.path, second.url, createLocalStorage(join(folder, "second")));
  const key = toStorageKey(owner.workspaceId, Buffer.from(sha256(Buffer.from("milk")), "hex"));
  expect(await readFile(join(folder, "second", "kept", key), "utf8")).toBe("milk");
});

test("files that are purged while a backup runs are in it, and their bytes are removed later", async ({
  served,
  owner,
  backUp,
}) => {
  const { storage, ...services } = served.server.services;
  const { id, hash } = await uploadBytes(owner, "purged.txt", "purged meanwhile");
  const key = toStorageKey(owner.workspaceId, Buffer.from(hash, "hex"));
  const longAgo = new Date(Date.now() - 7_200_000);
  await utimes(join(served.uploadDir, "kept", key), longAgo, longAgo);
  const purge = async () => {
    await owner.client.file.delete.mutate({ id });
    await owner.client.file.purge.mutate({ id });
    await sweep({ ...services, storage });
  };
  let purged: Promise<void> | null = null;
  const { manifest, path } = await backUp({
    storage: {
      readSize: async (name) => {
        await (purged ??= purge());
        return storage.readSize(name);
      },
      read: (name) => storage.read(name),
    },
  });
  expect(manifest.skippedFiles).toEqual([]);
  expect(gunzipSync(await readFile(path)).toString("latin1")).toContain("purged meanwhile");
  expect(await storage.readSize(key)).not.toBeNull();
  await sweep({ ...services, storage });
  expect(await storage.readSize(key)).toBeNull();
});

test("a missing or changed file fails the backup, unless such files are skipped", async ({
  served,
  owner,
  folder,
  backUp,
}) => {
  const files = [await uploadBytes(owner, "x", "missing"), await uploadBytes(owner, "y", "damaged")];
  const [missing = "", changed = ""] = files.map(({ hash }) =>
    toStorageKey(owner.workspaceId, Buffer.from(hash, "hex")),
  );
  const { storage } = served.server.services;
  await storage.remove(missing);
  await storage.put(changed, Buffer.from("DAMAGED"));
  await expect(backUp()).rejects.toThrow(/is (missing|damaged) in the storage/);
  expect(await readdir(folder)).toEqual([]);
  const { manifest, path } = await backUp({ skipDamagedFiles: true });
  expect(manifest.skippedFiles.map(({ hash }) => hash).toSorted()).toEqual(
    files.map(({ hash }) => hash).toSorted(),
  );
  await verifyBackup(path);
  await owner.client.file.delete.mutate({ id: files[0]?.id ?? "" });
  for (const { id } of files) await served.database.database.sql`delete from files where id = ${id}`;
});

test("an interrupted backup leaves nothing behind", async ({ served, folder, backUp }) => {
  const { storage } = served.server.services;
  const stop = new AbortController();
  const readSize = async (key: string) => {
    stop.abort(new Error("interrupted"));
    return storage.readSize(key);
  };
  const reading = { readSize, read: storage.read.bind(storage) };
  await expect(backUp({ signal: stop.signal, storage: reading })).rejects.toThrow("interrupted");
  expect(await readdir(folder)).toEqual([]);
});

test("a truncated or changed archive is refused before anything changes", async ({
  owner,
  folder,
  backUp,
}) => {
  await uploadBytes(owner, "a.png", png);
  const { path } = await backUp();
  const bytes = await readFile(path);
  const damaged = join(folder, "damaged");
  const refuse = async (content: Uint8Array) => {
    await writeFile(damaged, content);
    await expect(restoreNowhere(damaged)).rejects.toThrow(/is damaged|isn't an MDReader backup/);
  };
  for (let part = 0; part < 8; part += 1) {
    await refuse(bytes.subarray(0, Math.floor((bytes.byteLength * part) / 8)));
    const at = 10 + Math.floor(((bytes.byteLength - 11) * part) / 8);
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8((flipped[at] ?? 0) ^ 0x10, at);
    await refuse(flipped);
  }
  await refuse(bytes.subarray(0, -1));
  await refuse(Buffer.concat([bytes, Buffer.from("more")]));
  // A changed byte in an archive that was compressed again: only the checksums of the manifest tell.
  const tar = gunzipSync(bytes);
  const at = tar.indexOf(png);
  tar.writeUInt8((tar[at + 20] ?? 0) ^ 1, at + 20);
  await refuse(gzipSync(tar));
  await expect(restoreNowhere(join(folder, "nowhere"))).rejects.toThrow("doesn't exist");
});

test("an archive is refused if its entries lead elsewhere, are missing or unknown, or come from a newer version", async ({
  folder,
  backUp,
}) => {
  const { header, manifest } = await backUp();
  const forged = join(folder, "forged");
  const write = async (entries: readonly [string, string][]) => {
    await using file = await open(forged, "w");
    const archive = new ArchiveWriter(file, signal);
    for (const [name, content] of entries)
      await archive.add(name, Buffer.byteLength(content), Buffer.from(content));
    await archive.finish();
  };
  const first: [string, string] = ["backup.json", JSON.stringify(header)];
  const last: [string, string] = ["manifest.json", JSON.stringify(manifest)];
  const withHeader = (changes: object): [string, string] => [
    "backup.json",
    JSON.stringify({ ...header, ...changes }),
  ];
  const hash = sha256(Buffer.from("x"));
  const attempts: [string, [string, string][]][] = [
    ["its end is missing", [first]],
    ["differ from its manifest", [first, last]],
    ["isn't a file name", [first, [`files/../../${hash}`, "x"], last]],
    ["isn't a file name", [first, [`files/${crypto.randomUUID()}/../${hash}`, "x"], last]],
    ["doesn't belong there", [first, ["../outside", "x"], last]],
    ["doesn't belong there", [first, ["/etc/passwd", "x"], last]],
    ["doesn't belong there", [first, ["tables/users/000002", "x"], last]],
    ["have changed", [first, [`files/${crypto.randomUUID()}/${hash}`, "y"], last]],
    ["isn't an MDReader backup", [last, first]],
    ["newer version", [withHeader({ format: 2 })]],
    [
      "newer version",
      [
        withHeader({
          database: { ...header.database, migrations: [...header.database.migrations, Date.now()] },
        }),
      ],
    ],
    [
      "can't be read",
      [withHeader({ database: { ...header.database, tables: [{ name: 'x"; drop', columns: ["a"] }] } })],
    ],
  ];
  for (const [reason, entries] of attempts) {
    await write(entries);
    await expect(restoreNowhere(forged)).rejects.toThrow(reason);
  }
});

test.skipIf(process.platform !== "linux")("a full disk is reported as such", async () => {
  await using full = await open("/dev/full", "w");
  const archive = new ArchiveWriter(full, signal);
  const fill = async () => {
    for (;;) await archive.add("large", 1_000_000, randomBytes(1_000_000));
  };
  await expect(fill()).rejects.toThrow("ENOSPC");
});

test("nothing is restored into a database that is in use", async ({ served, backUp }) => {
  const { path } = await backUp();
  await using other = await createTestDatabase();
  const stored = await listStored(served);
  await expect(restore(path, other.url, served.server.services.storage)).rejects.toThrow("isn't empty");
  expect(await listStored(served)).toEqual(stored);
});
