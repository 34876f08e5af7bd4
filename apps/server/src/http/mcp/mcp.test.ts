import type { AppRouter } from "@mdreader/api";
import type { Client, RouterInputs } from "@mdreader/client";
import { openDocument } from "@mdreader/client/live";
import { createMcpServer } from "@mdreader/mcp";
import { Client as AgentClient, InMemoryTransport } from "@modelcontextprotocol/client";
import { createTRPCClient, httpLink, type TRPCLink } from "@trpc/client";
import { observable, tap } from "@trpc/server/observable";
import { describe, expect } from "vitest";

import { type Agent, connectAgent } from "../../../test/agent.ts";
import { bearer } from "../../../test/calls.ts";
import { uploadBytes } from "../../../test/files.ts";
import { test as base } from "../../../test/test.ts";

type KeyInput = RouterInputs["auth"]["apiKey"]["create"];

const test = base
  /** Connects an agent with its own API key. */
  .extend("connect", { scope: "file" }, ({ served, owner }, { onCleanup }) => {
    const agents: Agent[] = [];
    onCleanup(async () => {
      await Promise.all(agents.map((agent) => agent[Symbol.asyncDispose]()));
    });
    return async (input: Partial<KeyInput> = {}) => {
      const scopes = ["read" as const, "write" as const];
      const key = await owner.client.auth.apiKey.create.mutate({ name: "Agent", scopes, ...input });
      const agent = await connectAgent(served, key.secret);
      agents.push(agent);
      return Object.assign(agent, { key });
    };
  })
  .extend("agent", { scope: "file" }, ({ connect }) => connect());

const create = (
  { client, workspaceId }: { client: Client; workspaceId: string },
  title: string,
  content = "",
) => client.document.create.mutate({ workspaceId, title, content });

describe("tools over HTTP", () => {
  test.for(["legacy", "auto"] as const)(
    "list, read and write with clients of both revisions of the protocol: %s",
    async (mode, { served, owner }) => {
      const { secret } = await owner.client.auth.apiKey.create.mutate({
        name: "Agent",
        scopes: ["read", "write"],
      });
      await using agent = await connectAgent(served, secret, { versionNegotiation: { mode } });
      const { tools } = await agent.client.listTools();
      expect(tools.find(({ name }) => name === "move_to_trash")?.annotations).toMatchObject({
        destructiveHint: true,
      });
      const { workspaceId } = owner;
      const { answer } = await agent.use("create_document", { workspaceId, title: mode, text: "one\n" });
      const { id } = answer;
      expect(await agent.use("read_document", { id })).toMatchObject({
        answer: { text: "one\n", version: 1, nextOffset: null },
      });
    },
  );

  test("find passages with their lines and read ranges of lines", async ({ owner, agent }) => {
    const lines = Array.from({ length: 300 }, (_, index) => `line ${index + 1} of a long text`);
    lines[199] = "here flies a zeppelin 😀";
    const { id } = await create(owner, "Long", lines.join("\n"));
    const { workspaceId } = owner;
    const { answer } = await agent.use("search_documents", { workspaceId, query: "zeppelin" });
    expect(answer).toMatchObject({ items: [{ id, version: 1, passages: [{ line: expect.any(Number) }] }] });
    const nobody = await agent.use("search_documents", {
      workspaceId,
      query: "zeppelin",
      authorId: crypto.randomUUID(),
      sort: "newest",
    });
    expect(nobody.answer).toEqual({ items: [], nextCursor: null });
    const [{ passages }] = answer["items"] as [
      { passages: { line: number; offset: number; text: string }[] },
    ];
    const [passage] = passages;
    expect(lines.join("\n").slice(passage?.offset)).toMatch(/^.*zeppelin/s);
    const range = { id, startLine: 200, lineCount: 1 };
    expect((await agent.use("read_document", range)).answer).toMatchObject({
      text: `${lines[199]}\n`,
      line: 200,
      totalLines: 300,
    });
  });

  test("return Markdown as it is, besides structured content", async ({ owner, agent }) => {
    const { id } = await create(owner, "Quotes", 'say "hi"\n');
    const { said } = await agent.use("read_document", { id });
    expect(said).toContain('\nsay "hi"\n');
  });

  test("reject unknown arguments and name the known ones", async ({ owner, agent }) => {
    const { id } = await create(owner, "Strict", "text");
    const { isError, said } = await agent.use("read_document", { id, limit: 100 });
    expect(isError).toBe(true);
    expect(said).toContain("unknown: limit; the arguments are id, startLine, lineCount, offset, length");
  });

  test("organize folders, moves and the trash", async ({ owner, agent }) => {
    const { workspaceId, client } = owner;
    const made = await agent.use("create_folder", { workspaceId, name: "Guides" });
    const folderId = String(made.answer["id"]);
    const { id } = await create(owner, "Tour");
    await agent.use("move_document", { id, folderId });
    expect((await agent.use("list_documents", { workspaceId, folderId })).answer).toMatchObject({
      items: [{ kind: "document", id, name: "Tour" }],
    });
    await agent.use("rename_folder", { id: folderId, name: "Tours" });
    await agent.use("move_to_trash", { kind: "folder", id: folderId });
    expect((await agent.use("list_trash", { workspaceId })).answer).toMatchObject({
      items: [{ kind: "folder", id: folderId, name: "Tours" }],
    });
    await agent.use("restore_from_trash", { kind: "folder", id: folderId });
    expect(await client.document.get.query({ id })).toMatchObject({ folderId, deletedAt: null });
    await agent.use("move_document", { id, folderId: null });
    expect((await client.document.get.query({ id })).folderId).toBeNull();
  });

  test("read, compare and restore versions", async ({ owner, agent }) => {
    const { id } = await create(owner, "History", "one\ntwo\n");
    await agent.use("write_document", { id, baseVersion: 1, text: "one\n2\n" });
    const { answer } = await agent.use("list_versions", { documentId: id });
    expect(answer).toMatchObject({ items: [{ number: 2, reason: "saved" }, { number: 1 }] });
    expect((await agent.use("diff_versions", { documentId: id, from: 1, to: 2 })).answer).toEqual({
      added: 1,
      removed: 1,
      truncated: false,
      diff: "@@ -1,2 +1,2 @@\n one\n-two\n+2\n",
    });
    expect((await agent.use("read_version", { documentId: id, number: 1 })).answer).toMatchObject({
      text: "one\ntwo\n",
    });
    await agent.use("restore_version", { documentId: id, number: 1 });
    expect((await agent.use("read_document", { id })).answer).toMatchObject({ text: "one\ntwo\n" });
  });

  test("list files, link to them, and list backlinks", async ({ owner, agent }) => {
    const { workspaceId } = owner;
    const file = await uploadBytes(owner, "note.txt", "bytes");
    const target = await create(owner, "Target");
    const source = await create(owner, "Source", "See [it](Target.md).\n");
    const { answer } = await agent.use("list_files", { workspaceId });
    expect(answer).toMatchObject({ items: [{ id: file.id, path: "note.txt", size: 5 }] });
    const link = await agent.use("get_file_link", { id: file.id });
    expect(await (await fetch(String(link.answer["url"]))).text()).toBe("bytes");
    expect((await agent.use("list_backlinks", { documentId: target.id })).answer).toMatchObject({
      items: [{ id: source.id, line: "See [it](Target.md)." }],
    });
  });

  test("take effect once, by an idempotency key or an expected version", async ({ owner, agent }) => {
    const { workspaceId, client } = owner;
    const creation = { workspaceId, title: "Once", text: "", idempotencyKey: "create-once" };
    const [first, second] = [
      await agent.use("create_document", creation),
      await agent.use("create_document", creation),
    ];
    expect(second.answer).toEqual(first.answer);
    const { id } = first.answer;
    const appended = { id, text: "added", idempotencyKey: "append-once" };
    await agent.use("append_to_document", appended);
    await agent.use("append_to_document", appended);
    const read = () => client.document.get.query({ id: String(id) });
    const { content, version } = await read();
    expect(content).toBe("added\n");
    const edit = { id, find: "added", replace: "added twice, added", expectedVersion: version };
    expect((await agent.use("edit_document", edit)).isError).toBe(false);
    const repeated = await agent.use("edit_document", edit);
    expect(repeated.isError).toBe(true);
    expect(repeated.said).toContain("VERSION_CONFLICT");
    expect((await read()).content).toBe("added twice, added\n");
  });

  test("merge with the edits of somebody who has the document open", async ({ owner, agent }) => {
    const { id, version } = await create(owner, "Shared", "one\ntwo\n");
    await using window = await openDocument(owner.client, id);
    await window.synced();
    window.ytext.insert(0, "typed\n");
    await window.whenSaved();
    const text = "one\ntwo\nthree\n";
    const { answer } = await agent.use("write_document", { id, baseVersion: version, text });
    expect(answer).toMatchObject({ text: "typed\none\ntwo\nthree\n", conflicts: [] });
    await agent.use("edit_document", { id, find: "two", replace: "2" });
    await expect.poll(() => window.ytext.toJSON()).toBe("typed\none\n2\nthree\n");
  });

  test.for(["legacy", "auto"] as const)(
    "write nothing more once canceled: %s",
    async (mode, { served, owner }) => {
      const { secret } = await owner.client.auth.apiKey.create.mutate({
        name: "Agent",
        scopes: ["read", "write"],
      });
      await using agent = await connectAgent(served, secret, { versionNegotiation: { mode } });
      const { id } = await create(owner, "Canceled", "text\n");
      const canceled = new AbortController();
      const { sql } = served.database.database;
      await sql.begin(async (tx) => {
        await tx`lock table documents in access exclusive mode`;
        const call = agent.use("append_to_document", { id, text: "canceled" }, { signal: canceled.signal });
        const failed = expect(call).rejects.toThrow();
        const countWaiting = async () =>
          (
            await tx`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
          ).length;
        await expect.poll(countWaiting).toBeGreaterThan(0);
        canceled.abort();
        await failed;
        // The server has received it.
        await agent.use("list_workspaces", {});
      });
      await agent.use("append_to_document", { id, text: "kept" });
      expect((await owner.client.document.get.query({ id })).content).toBe("text\nkept\n");
    },
  );
});

describe("resources and prompts", () => {
  test("are documents, and tasks with a document", async ({ owner, agent }) => {
    const { id } = await create(owner, "Resource", "# Text\n");
    const uri = `mdreader://documents/${id}`;
    const { resources } = await agent.client.listResources();
    expect(resources).toContainEqual(expect.objectContaining({ uri, title: "Resource" }));
    const { contents } = await agent.client.readResource({ uri });
    expect(contents).toEqual([{ uri, mimeType: "text/markdown", text: "# Text\n" }]);
    const prompt = await agent.client.getPrompt({
      name: "summarize_document",
      arguments: { documentId: id },
    });
    expect(prompt.messages).toContainEqual(
      expect.objectContaining({ content: expect.objectContaining({ type: "resource" }) }),
    );
    const missing = agent.client.readResource({ uri: `mdreader://documents/${owner.workspaceId}` });
    await expect(missing).rejects.toThrow("NOT_FOUND");
  });
});

/** Counts the calls that are in progress at the same time. */
function createCounter() {
  let running = 0;
  const counter = { calls: 0, mostRunning: 0 };
  const link: TRPCLink<AppRouter> =
    () =>
    ({ op, next }) =>
      observable((observer) => {
        counter.calls += 1;
        running += 1;
        counter.mostRunning = Math.max(counter.mostRunning, running);
        const done = () => (running -= 1);
        return next(op)
          .pipe(tap({ complete: done, error: done }))
          .subscribe(observer);
      });
  return { counter, link };
}

test("the list of resources reads a few workspaces at a time", async ({ served, owner, connect }) => {
  await Promise.all(
    [1, 2, 3, 4, 5].map((number) => owner.client.workspace.create.mutate({ name: `W${number}` })),
  );
  const { key } = await connect();
  const { counter, link } = createCounter();
  const overHttp = httpLink({ url: `${served.url}/trpc`, headers: bearer(key.secret) });
  const server = createMcpServer(createTRPCClient<AppRouter>({ links: [link, overHttp] }), {
    version: "1.0.0",
    url: served.url,
  });
  const [toServer, toAgent] = InMemoryTransport.createLinkedPair();
  const agent = new AgentClient({ name: "test", version: "1.0.0" });
  await Promise.all([server.connect(toAgent), agent.connect(toServer)]);
  await agent.listResources();
  expect(counter.calls).toBeGreaterThan(5);
  expect(counter.mostRunning).toBeLessThanOrEqual(2);
  await agent.close();
});

describe("access over HTTP", () => {
  const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
  const send = (
    { url }: { url: string },
    headers: Record<string, string>,
    body: unknown = ping,
    method = "POST",
  ) =>
    fetch(`${url}/mcp`, {
      method,
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
      ...(method === "POST" && { body: JSON.stringify(body) }),
    });

  test("needs a bearer token, and says so", async ({ served }) => {
    const none = await send(served, {});
    expect(none.status).toBe(401);
    expect(none.headers.get("www-authenticate")).toBe('Bearer realm="MDReader"');
    const wrong = await send(served, { authorization: `Bearer mdr_${"x".repeat(43)}` });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get("www-authenticate")).toContain('error="invalid_token"');
  });

  test("ends when the key is revoked", async ({ owner, connect }) => {
    const agent = await connect();
    expect((await agent.use("list_workspaces", {})).isError).toBe(false);
    await owner.client.auth.apiKey.revoke.mutate({ id: agent.key.id });
    await expect(agent.use("list_workspaces", {})).rejects.toThrow();
    await expect(agent.client.listTools()).rejects.toThrow();
  });

  test("is limited to the scopes and the workspace of the key", async ({ owner, connect }) => {
    const { id: other } = await owner.client.workspace.create.mutate({ name: "Other" });
    const foreign = await owner.client.document.create.mutate({ workspaceId: other, title: "Foreign" });
    const { id } = await create(owner, "Own", "text\n");
    const reader = await connect({ scopes: ["read"], workspaceId: owner.workspaceId });
    expect((await reader.use("list_workspaces", {})).answer).toMatchObject({
      items: [{ id: owner.workspaceId }],
    });
    expect((await reader.use("read_document", { id })).isError).toBe(false);
    expect((await reader.use("append_to_document", { id, text: "more" })).said).toContain("SCOPE_MISSING");
    expect((await reader.use("read_document", { id: foreign.id })).said).toContain("NOT_FOUND");
  });

  test("is refused in a workspace that requires a second factor the key was created without", async ({
    served,
    owner,
    connect,
  }) => {
    const { client } = owner;
    const { id: workspaceId } = await client.workspace.create.mutate({ name: "Guarded" });
    const { id } = await create({ client, workspaceId }, "Secret", "secret\n");
    const agent = await connect();
    expect((await agent.use("read_document", { id })).isError).toBe(false);
    const { sql } = served.database.database;
    await sql`update workspaces set second_factor_required = true where id = ${workspaceId}`;
    const calls = [
      await agent.use("read_document", { id }),
      await agent.use("append_to_document", { id, text: "more" }),
      await agent.use("list_documents", { workspaceId }),
      await agent.use("search_documents", { workspaceId, query: "secret" }),
    ];
    for (const { isError, said } of calls) {
      expect(isError).toBe(true);
      expect(said).toContain("WORKSPACE_SECOND_FACTOR_REQUIRED");
    }
    const { resources } = await agent.client.listResources();
    expect(resources.map(({ name }) => name)).not.toContain("Secret");
  });

  test("is refused to pages of other sites", async ({ served, agent }) => {
    const authorization = `Bearer ${agent.key.secret}`;
    expect((await send(served, { authorization, origin: "https://elsewhere.example" })).status).toBe(403);
    expect((await send(served, { authorization, origin: served.url })).status).toBe(200);
  });

  test("accepts single messages by POST, up to the size of a document", async ({ served, agent }) => {
    const authorization = `Bearer ${agent.key.secret}`;
    const get = await send(served, { authorization }, undefined, "GET");
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await send(served, { authorization }, [ping, ping])).status).toBe(400);
    expect((await send(served, { authorization }, "x".repeat(8 * 1024 * 1024))).status).toBe(413);
    expect((await send(served, { authorization, "content-type": "text/plain" })).status).toBe(415);
  });
});
