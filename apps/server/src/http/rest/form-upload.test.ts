import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request as sendRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { promisify } from "node:util";

import { describe, expect, vi } from "vitest";

import { bearer, readReason, register } from "../../../test/calls.ts";
import { download, listStored, png, sha256 } from "../../../test/files.ts";
import { startS3 } from "../../../test/s3.ts";
import { serve, type Served } from "../../../test/serve.ts";
import { test as base } from "../../../test/test.ts";
import { defaultMemoryLimits } from "../../flow-control/memory-budgets.ts";
import { root } from "../../installation.ts";
import { maxFormBytes } from "../procedure/form.ts";

const run = promisify(execFile);

const maxUploadBytes = 4 * 1024 * 1024;

/** Creates a form from its parts, in order. Bytes become the part of a file. */
function createForm(parts: readonly (readonly [name: string, value: string | Uint8Array<ArrayBuffer>])[]) {
  const form = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, new Blob([value]), "photo.png");
  }
  return form;
}

const boundary = "----form";
const multipart = `multipart/form-data; boundary=${boundary}`;

/** Parts of a form as text, for forms that `FormData` would not write. */
const field = (name: string, value: string) =>
  `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
const part = (bytes: string, name = "file") =>
  `Content-Disposition: form-data; name="${name}"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n${bytes}`;
const writeForm = (parts: readonly string[]) =>
  [...parts.map((one) => `--${boundary}\r\n${one}\r\n`), `--${boundary}--\r\n`].join("");

/** Sends the beginning of a form, so that only an early response can arrive. */
function sendUnfinished(served: Served, head: string, authorization: string, signal?: AbortSignal) {
  return new Promise<{ status: number; reason: string }>((resolve, reject) => {
    const sending = sendRequest(`${served.url}/api/v1/files`, {
      method: "POST",
      headers: {
        "content-type": multipart,
        "content-length": "1000000",
        ...(authorization && { authorization }),
      },
      ...(signal && { signal }),
    });
    sending.on("error", reject).on("response", (response) => {
      const { statusCode: status = 0 } = response;
      readText(response)
        .then((body) => readReason(new Response(body)))
        .then((reason) => resolve({ status, reason }), reject)
        .finally(() => sending.destroy());
    });
    sending.write(head);
  });
}

/** Memory for the bodies of one person. */
const maxMemoryBytes = 8 * maxFormBytes;

const test = base
  .extend("settings", { scope: "file" }, () => ({
    env: { MAX_UPLOAD_SIZE_MB: "4" },
    memoryLimits: { authenticated: { ...defaultMemoryLimits.authenticated, perOwner: maxMemoryBytes } },
  }))
  .extend("token", { scope: "file" }, async ({ owner }) => {
    const scopes = ["read" as const, "write" as const];
    return (await owner.client.auth.apiKey.create.mutate({ name: "Forms", scopes })).secret;
  })
  .extend(
    "post",
    ({ served, token }) =>
      (
        body: NonNullable<RequestInit["body"]>,
        headers: Record<string, string> = {},
        path = "/files",
        init: RequestInit = {},
      ) =>
        fetch(`${served.url}/api/v1${path}`, {
          method: "POST",
          body,
          headers: { ...bearer(token), ...headers },
          ...init,
        }),
  )
  .extend("workspace", ({ owner }) => ["workspaceId", owner.workspaceId] as const)
  /** Asserts that nothing remains of an upload. */
  .extend("expectNothing", async ({ served, owner }) => {
    const list = async () => {
      const { items } = await owner.client.file.list.query({ workspaceId: owner.workspaceId, limit: 100 });
      const { sql } = served.database.database;
      const pending = await sql`select id from file_uploads where completed_at is null`;
      return {
        files: items.map(({ id }) => id).toSorted(),
        uploads: pending.length,
        stored: await listStored(served),
      };
    };
    const before = await list();
    return () => vi.waitFor(async () => expect(await list()).toEqual(before), { timeout: 20_000 });
  });

describe("a form with a file", () => {
  test("creates the file in one request", async ({ post, owner, served, token, workspace }) => {
    const answer = await post(createForm([workspace, ["file", png]]));
    expect(answer.status).toBe(201);
    const file = (await answer.json()) as { id: string };
    expect(file).toMatchObject({
      name: "photo.png",
      path: "photo.png",
      mediaType: "image/png",
      size: png.byteLength,
      hash: sha256(png),
      workspaceId: owner.workspaceId,
    });
    const location = answer.headers.get("location") ?? "";
    expect(location).toBe(`/api/v1/files/${file.id}`);
    const found = await fetch(new URL(location, served.url), { headers: bearer(token) });
    expect(await found.json()).toEqual(file);
    expect(found.headers.get("etag")).toBe(answer.headers.get("etag"));
    expect(Buffer.from(await (await download(owner.client, file.id)).bytes())).toEqual(png);
  });

  test("takes the fields of an announced upload, and the workspace from the path", async ({
    post,
    owner,
  }) => {
    const { workspaceId, client } = owner;
    const { id: documentId } = await client.document.create.mutate({ workspaceId, title: "With a file" });
    const text = Buffer.from("größer\n");
    const parts = [
      ["documentId", documentId],
      ["name", "größe.txt"],
      ["size", String(text.byteLength)],
      ["hash", sha256(text)],
      ["file", text],
    ] as const;
    const answer = await post(createForm(parts), {}, `/workspaces/${workspaceId}/files`);
    expect([answer.status, await answer.json()]).toMatchObject([
      201,
      { documentId, path: "attachments/größe.txt", mediaType: "text/plain; charset=utf-8" },
    ]);
  });

  test("takes the name of its part, without folders", async ({ post, workspace }) => {
    const form = new FormData();
    form.append(...workspace);
    form.append("file", new Blob(["text"]), "../../müller.txt");
    expect(await (await post(form)).json()).toMatchObject({ path: "müller.txt" });
  });

  test("can be empty, or as large as a file can be", async ({ post, workspace }) => {
    const sizes = [0, maxUploadBytes];
    for (const size of sizes) {
      const answer = await post(createForm([workspace, ["file", randomBytes(size)]]));
      expect([answer.status, await answer.json()]).toMatchObject([201, { size }]);
    }
  });

  test("replaces the expected file only", async ({ post, workspace }) => {
    const put = (bytes: string, more: readonly (readonly [string, string])[]) =>
      post(createForm([workspace, ["name", "state.txt"], ...more, ["file", Buffer.from(bytes)]]));
    const first = (await (await put("one", [])).json()) as { hash: string };
    const replace = ["onConflict", "replace"] as const;
    const wrong = await put("two", [replace, ["expectedHash", sha256(Buffer.from("other"))]]);
    expect([wrong.status, await readReason(wrong)]).toEqual([409, "FILE_CHANGED"]);
    const right = await put("two", [replace, ["expectedHash", first.hash]]);
    expect(await right.json()).toMatchObject({ path: "state.txt", hash: sha256(Buffer.from("two")) });
  });

  test("may be sent in chunks if it contains the size", async ({ post, workspace }) => {
    const sendChunks = (parts: readonly string[]) => {
      const body = new Blob([writeForm(parts)]).stream();
      return post(body, { "content-type": multipart }, undefined, { duplex: "half" });
    };
    const parts = [field(...workspace), part("12345")];
    expect(await (await sendChunks(parts)).json()).toMatchObject({
      error: { data: { reason: "BAD_INPUT", fieldErrors: { size: [expect.stringContaining("required")] } } },
    });
    const answer = await sendChunks([field("size", "5"), ...parts]);
    expect([answer.status, await answer.json()]).toMatchObject([201, { size: 5 }]);
  });

  test("can be sent with the command in the guide", async ({ served, owner, token, onTestFinished }) => {
    const guide = await readFile(join(root, "docs/api.md"), "utf8");
    const command = /^curl .* -F file=.*$/m.exec(guide)?.[0] ?? "";
    const folder = await mkdtemp(join(tmpdir(), "mdreader-form-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "diagram.png"), png);
    const { stdout } = await run("sh", ["-c", command.replace("https://notes.example.com", served.url)], {
      cwd: folder,
      env: { ...process.env, TOKEN: token, WORKSPACE: owner.workspaceId },
    });
    expect(JSON.parse(stdout)).toMatchObject({ path: "diagram.png", hash: sha256(png) });
  });

  test("is stored in S3 as well", async ({ onTestFinished }) => {
    const made = new AsyncDisposableStack();
    onTestFinished(() => made.disposeAsync());
    const s3 = await startS3(made);
    const env = {
      STORAGE: "s3",
      S3_BUCKET: s3.bucket,
      S3_ENDPOINT: s3.endpoint,
      S3_ACCESS_KEY_ID: s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    };
    const served = made.use(await serve({ env }));
    const { accessToken, api } = await register(served);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "Bucket" });
    const bytes = randomBytes(6 * 1024 * 1024);
    const answer = await fetch(`${served.url}/api/v1/files`, {
      method: "POST",
      headers: bearer(accessToken),
      body: createForm([
        ["workspaceId", workspaceId],
        ["file", bytes],
      ]),
    });
    expect([answer.status, await answer.json()]).toMatchObject([201, { hash: sha256(bytes) }]);
    const bad = await fetch(`${served.url}/api/v1/files`, {
      method: "POST",
      headers: bearer(accessToken),
      body: createForm([
        ["workspaceId", workspaceId],
        ["file", bytes],
        ["name", "late.bin"],
      ]),
    });
    expect(await readReason(bad)).toBe("BAD_INPUT");
    const drafts = await Array.fromAsync(served.server.services.storage.listDrafts());
    expect(drafts).toEqual([]);
  });
});

describe("an idempotency key", () => {
  test("creates one file, however often the form is sent", async ({ post, owner, workspace }) => {
    const key = { "idempotency-key": randomUUID() };
    const send = (bytes: string) =>
      post(createForm([workspace, ["name", "once.txt"], ["file", Buffer.from(bytes)]]), key);
    const first = await send("the same bytes");
    const again = await send("the same bytes");
    expect([again.status, await again.json()]).toEqual([201, await first.json()]);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    for (const bytes of ["other, as long", "more bytes than before"]) {
      expect(await readReason(await send(bytes))).toBe("IDEMPOTENCY_KEY_REUSED");
    }
    const { items } = await owner.client.file.list.query({ workspaceId: owner.workspaceId, limit: 100 });
    expect(items.filter(({ name }) => name.startsWith("once"))).toHaveLength(1);
  });

  test("can be used again after a failure that changed nothing", async ({ post, workspace }) => {
    const key = { "idempotency-key": randomUUID() };
    const form = (parts: Parameters<typeof createForm>[0]) =>
      createForm([workspace, ["file", png], ...parts]);
    expect((await post(form([["late", "field"]]), key)).status).toBe(400);
    expect((await post(form([]), key)).status).toBe(201);
  });
});

describe("a form that is not valid changes nothing:", () => {
  const workspaceField = (id: string) => field("workspaceId", id);
  test.for<[about: string, parts: (id: string) => string[], fieldName: string]>([
    ["without a file", (id) => [workspaceField(id)], "file"],
    ["with a file that has no filename", (id) => [workspaceField(id), field("file", "text")], "file"],
    ["with two files", (id) => [workspaceField(id), part("one"), part("two")], "file"],
    ["with a file of another name", (id) => [workspaceField(id), part("one", "photo")], "photo"],
    [
      "with a field after the file",
      (id) => [workspaceField(id), part("one"), field("name", "a.txt")],
      "name",
    ],
    ["with an unknown field", (id) => [workspaceField(id), field("purpose", "import"), part("one")], ""],
    ["with a field that is set twice", (id) => [workspaceField(id), workspaceField(id), part("one")], ""],
    ["with a field that is too long", (id) => [field("path", "x".repeat(9000)), workspaceField(id)], "path"],
    ["with too many fields", () => Array.from({ length: 21 }, (_, index) => field(`f${index}`, "")), ""],
    ["without a workspace", () => [part("one")], "workspaceId"],
    ["with an invalid name", (id) => [workspaceField(id), field("name", "a/b"), part("one")], "name"],
    ["with an invalid size", (id) => [workspaceField(id), field("size", "3.5"), part("one")], "size"],
  ])("%s", async ([, parts, fieldName], { post, owner, expectNothing }) => {
    const answer = await post(writeForm(parts(owner.workspaceId)), { "content-type": multipart });
    const { error } = (await answer.json()) as { error: { data: { reason: string; fieldErrors: object } } };
    expect([answer.status, error.data.reason]).toEqual([400, "BAD_INPUT"]);
    expect(Object.keys(error.data.fieldErrors)).toEqual([fieldName]);
    await expectNothing();
  });

  test("of another type, without a boundary, or compressed", async ({ post, workspace, expectNothing }) => {
    const body = writeForm([field(...workspace), part("one")]);
    const send = async (headers: Record<string, string>) => {
      const answer = await post(body, headers);
      return [answer.status, await readReason(answer)];
    };
    expect(await send({ "content-type": "multipart/mixed; boundary=x" })).toEqual([415, "BAD_INPUT"]);
    expect(await send({ "content-type": "application/x-www-form-urlencoded" })).toEqual([415, "BAD_INPUT"]);
    expect(await send({ "content-type": "multipart/form-data" })).toEqual([400, "BAD_INPUT"]);
    const compressed = { "content-type": multipart, "content-encoding": "gzip" };
    expect(await send(compressed)).toEqual([415, "BAD_INPUT"]);
    expect(await send({ "content-type": multipart, "if-match": '"1.x"' })).toEqual([400, "BAD_INPUT"]);
    await expectNothing();
  });

  test("that ends before its last boundary", async ({ post, workspace, expectNothing }) => {
    const form = writeForm([field(...workspace), part("x".repeat(100_000))]);
    for (const length of [60, 50_000, form.length - 5]) {
      const answer = await post(form.slice(0, length), { "content-type": multipart });
      expect([length, answer.status, await readReason(answer)]).toEqual([length, 400, "BAD_INPUT"]);
    }
    await expectNothing();
  });

  test("whose connection is lost", async ({ served, token, workspace, expectNothing }) => {
    const form = Buffer.from(writeForm([field(...workspace), part("x".repeat(500_000))]));
    for (const length of [40, 250_000, form.byteLength - 5]) {
      await new Promise<void>((resolve) => {
        const sending = sendRequest(`${served.url}/api/v1/files`, {
          method: "POST",
          headers: { ...bearer(token), "content-type": multipart, "content-length": form.byteLength },
        });
        sending.on("error", () => {}).on("close", resolve);
        sending.write(form.subarray(0, length), () => setTimeout(() => sending.destroy(), 100));
      });
    }
    await expectNothing();
  });

  test("with fewer or more bytes than its size, or with another hash", async ({
    post,
    workspace,
    expectNothing,
  }) => {
    const send = async (more: readonly [string, string]) =>
      readReason(await post(createForm([workspace, more, ["file", png]])));
    expect(await send(["size", String(png.byteLength + 1)])).toBe("UPLOAD_INCOMPLETE");
    expect(await send(["size", String(png.byteLength - 1)])).toBe("FILE_TOO_LARGE");
    expect(await send(["hash", sha256(Buffer.from("other"))])).toBe("UPLOAD_MISMATCH");
    await expectNothing();
  });

  test("with more than a file may have", async ({ post, workspace, expectNothing }) => {
    for (const bytes of [1, 1024 * 1024]) {
      const answer = await post(createForm([workspace, ["file", randomBytes(maxUploadBytes + bytes)]]));
      expect([answer.status, await readReason(answer)]).toEqual([413, "FILE_TOO_LARGE"]);
    }
    const long = [field("size", "1"), "x".repeat(3_000_000)];
    const answer = await post(writeForm(long), { "content-type": multipart });
    expect(answer.status).toBe(413);
    await expectNothing();
  });

  test("with more than the quota allows", async ({ post, served, owner, workspace, expectNothing }) => {
    const { sql } = served.database.database;
    const { workspaceId } = owner;
    const { usedBytes } = await owner.client.file.usage.query({ workspaceId: owner.workspaceId });
    await sql`update workspaces set quota_bytes = ${usedBytes + 1000} where id = ${workspaceId}`;
    const send = (size: number) => {
      const parts = [workspace, ["size", String(size)], ["file", randomBytes(size)]] as const;
      return post(createForm(parts));
    };
    const refused = await send(1001);
    expect([refused.status, await readReason(refused)]).toEqual([413, "QUOTA_EXCEEDED"]);
    await expectNothing();
    expect((await send(1000)).status).toBe(201);
    await sql`update workspaces set quota_bytes = null where id = ${workspaceId}`;
  });
});

describe("access is checked before the file is read:", () => {
  test("of strangers, and of people without the role or the scope", async ({
    served,
    owner,
    post,
    expectNothing,
  }) => {
    const stranger = await register(served);
    const { secret } = await owner.client.auth.apiKey.create.mutate({ name: "Reader", scopes: ["read"] });
    const { workspaceId } = owner;
    for (const [authorization, expected] of [
      ["", [401, "UNAUTHENTICATED"]],
      [`Bearer ${stranger.accessToken}`, [404, "NOT_FOUND"]],
      [`Bearer ${secret}`, [403, "SCOPE_MISSING"]],
    ] as const) {
      const head = writeForm([field("workspaceId", workspaceId), part("x".repeat(1000))]).slice(0, -50);
      const answer = await sendUnfinished(served, head, authorization);
      expect([answer.status, answer.reason]).toEqual(expected);
    }
    const elsewhere = await post(
      createForm([
        ["workspaceId", workspaceId],
        ["folderId", randomUUID()],
        ["file", png],
      ]),
    );
    expect([elsewhere.status, await readReason(elsewhere)]).toEqual([404, "NOT_FOUND"]);
    await expectNothing();
  });

  test("of a key that does not exist, before the fields", async ({ served }) => {
    const made = `Bearer mdr_${randomBytes(32).toString("base64url")}`;
    const answer = await sendUnfinished(served, `--${boundary}\r\n`, made);
    expect([answer.status, answer.reason]).toEqual([401, "SESSION_ENDED"]);
  });
});

test("forms that never end count as memory of the person who sends them", async ({ served, owner }) => {
  const { accessToken } = await register(served);
  const ending = new AbortController();
  const send = () => sendUnfinished(served, `--${boundary}\r\n`, `Bearer ${accessToken}`, ending.signal);
  const sent = Array.from({ length: maxMemoryBytes / maxFormBytes + 1 }, send);
  expect(await Promise.race(sent)).toEqual({ status: 429, reason: "RATE_LIMITED" });
  ending.abort();
  await Promise.allSettled(sent);
  const post = () =>
    fetch(`${served.url}/api/v1/workspaces/${owner.workspaceId}/files`, {
      method: "POST",
      headers: bearer(accessToken),
      body: createForm([["file", png]]),
    });
  // Of a stranger to the workspace.
  await expect.poll(async () => readReason(await post())).toBe("NOT_FOUND");
});
