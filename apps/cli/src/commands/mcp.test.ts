import { openDocument } from "@mdreader/client/live";
import type { Scope } from "@mdreader/contract/policy";
import { Client as Agent } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect } from "vitest";

import { main } from "../../test/command-line.ts";
import { test as base } from "../../test/test.ts";

const test = base
  /** Starts an agent, whose tools run in a separate process. */
  .extend("connectAgent", { scope: "file" }, ({ served }) => async (env: Record<string, string>) => {
    const agent = new Agent({ name: "test", version: "1.0.0" });
    await agent.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [main, "mcp"],
        env: { PATH: process.env["PATH"] ?? "", MDREADER_URL: served.url, ...env },
      }),
    );
    return {
      client: agent,
      async use(name: string, input: Record<string, unknown>) {
        const { structuredContent, isError, content } = await agent.callTool({ name, arguments: input });
        return { answer: structuredContent, isError: isError ?? false, said: JSON.stringify(content) };
      },
      [Symbol.asyncDispose]: () => agent.close(),
    };
  })
  /** Starts an agent with its own API key. */
  .extend(
    "startAgent",
    { scope: "file" },
    ({ client, connectAgent }) =>
      async (scopes: Scope[] = ["read", "write"]) => {
        const { secret } = await client.auth.apiKey.create.mutate({ name: "Agent", scopes });
        return connectAgent({ MDREADER_TOKEN: secret });
      },
  );

describe("an agent", () => {
  test("finds, reads and writes documents", async ({ startAgent, workspaceId }) => {
    await using agent = await startAgent();
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name)).toContain("write_document");
    expect((await agent.use("list_workspaces", {})).answer).toMatchObject({
      items: [{ id: workspaceId, role: "owner" }],
    });

    const { answer } = await agent.use("create_document", {
      workspaceId,
      title: "Plan",
      text: "# Plan\n\nfly a zeppelin\n",
    });
    const { id } = answer as { id: string };
    expect((await agent.use("search_documents", { workspaceId, query: "zeppelin" })).answer).toMatchObject({
      items: [{ id, title: "Plan" }],
    });
    expect((await agent.use("list_documents", { workspaceId })).answer).toMatchObject({
      items: [{ kind: "document", id, name: "Plan" }],
    });
    await agent.use("edit_document", { id, find: "a zeppelin", replace: "two zeppelins" });
    await agent.use("append_to_document", { id, text: "- and land" });
    expect((await agent.use("read_document", { id })).answer).toMatchObject({
      text: "# Plan\n\nfly two zeppelins\n- and land\n",
    });
  });

  test("without a key asks its client to approve its sign-in in a browser", async ({
    connectAgent,
    newMachine,
    served,
    client,
    workspaceId,
    startAgent,
  }) => {
    await using agent = await connectAgent({
      HOME: newMachine.home,
      XDG_CONFIG_HOME: `${newMachine.home}/.config`,
    });
    expect((await agent.use("list_workspaces", {})).said).toContain("UNAUTHENTICATED");
    const { answer } = await agent.use("sign_in", {});
    const { code: userCode, address } = answer as { code: string; address: string };
    expect(address).toBe(`${served.url}/device?code=${userCode}`);
    expect((await agent.use("sign_in", {})).answer).toEqual(answer);
    await client.auth.device.approve.mutate({ userCode });
    await expect
      .poll(async () => (await agent.use("sign_in", {})).answer, { timeout: 30_000 })
      .toMatchObject({ isSignedIn: true });
    expect((await agent.use("list_workspaces", {})).answer).toMatchObject({ items: [{ id: workspaceId }] });

    await using withKey = await startAgent();
    const { tools } = await withKey.client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain("sign_in");
  });

  test("edits multi-line passages of a CRLF document and keeps its line endings", async ({
    client,
    workspaceId,
    startAgent,
  }) => {
    const { id } = await client.document.create.mutate({
      workspaceId,
      title: "From Windows",
      content: "one\r\ntwo\r\nthree\r\n",
    });
    await using agent = await startAgent();
    await agent.use("edit_document", { id, find: "one\ntwo", replace: "1\n2" });
    await agent.use("append_to_document", { id, text: "four\nfive" });
    const { content } = await client.document.get.query({ id });
    expect(content).toBe("1\r\n2\r\nthree\r\nfour\r\nfive\r\n");
  });

  test("writes to a document that is open elsewhere without overwriting edits", async ({
    client,
    workspaceId,
    startAgent,
  }) => {
    const { id, version } = await client.document.create.mutate({
      workspaceId,
      title: "Shared",
      content: "one\ntwo\n",
    });
    await using agent = await startAgent();
    await using window = await openDocument(client, id);
    await window.synced();
    window.ytext.insert(0, "typed\n");
    await window.whenSaved();
    const { answer } = await agent.use("write_document", {
      id,
      baseVersion: version,
      text: "one\ntwo\nthree\n",
    });
    expect(answer).toMatchObject({ text: "typed\none\ntwo\nthree\n", conflicts: [] });
    await expect.poll(() => window.ytext.toJSON()).toBe("typed\none\ntwo\nthree\n");
  });

  test("comments on passages and resolves threads", async ({ client, workspaceId, startAgent }) => {
    const { id } = await client.document.create.mutate({
      workspaceId,
      title: "Draft",
      content: "one\nodd words\n",
    });
    await using agent = await startAgent();
    const { answer } = await agent.use("add_comment", {
      documentId: id,
      body: "Are these right?",
      quote: "odd words",
    });
    const { threadId } = answer as { threadId: string };
    await client.document.comment.create.mutate({ documentId: id, threadId, body: "They are." });
    expect((await agent.use("list_comments", { documentId: id })).answer).toMatchObject({
      items: [
        { about: "odd words", line: 2, comments: [{ body: "Are these right?" }, { body: "They are." }] },
      ],
    });
    await agent.use("resolve_comment", { documentId: id, threadId });
    expect((await agent.use("list_comments", { documentId: id, state: "open" })).answer).toMatchObject({
      items: [],
    });
  });

  test("has the scopes of its key and gets a reason for each rejected call", async ({
    client,
    workspaceId,
    startAgent,
  }) => {
    const { id } = await client.document.create.mutate({
      workspaceId,
      title: "Read only",
      content: "twice twice\n",
    });
    await using reader = await startAgent(["read"]);
    const refused = await reader.use("append_to_document", { id, text: "more" });
    expect(refused).toMatchObject({ isError: true });
    expect(refused.said).toContain("SCOPE_MISSING");
    await using writer = await startAgent();
    expect((await writer.use("edit_document", { id, find: "twice", replace: "once" })).said).toContain(
      "more than once",
    );
    expect((await writer.use("read_document", { id: workspaceId })).said).toContain("NOT_FOUND");
    expect((await client.document.get.query({ id })).content).toBe("twice twice\n");
  });
});
