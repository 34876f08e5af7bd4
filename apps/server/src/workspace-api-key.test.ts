import { describe, expect } from "vitest";
import { z } from "zod";

import { connectAgent } from "../test/agent.ts";
import { bearer, catchFailure, createPlainClient, register } from "../test/calls.ts";
import { transports } from "../test/subscriber.ts";
import { test as base } from "../test/test.ts";

/** A workspace with a key of its own, and another workspace of the same owner. */
const test = base.extend("setUp", ({ served }) => async () => {
  const { api, accessToken } = await register(served);
  const [own, other] = await Promise.all(
    ["Own", "Other"].map(async (name) => {
      const { id: workspaceId } = await api.workspace.create.mutate({ name });
      const { id } = await api.document.create.mutate({ workspaceId, title: name, content: "text\n" });
      return { workspaceId, id };
    }),
  );
  if (own === undefined || other === undefined) throw new Error("a workspace is missing");
  const response = await fetch(`${served.url}/api/v1/workspaces/${own.workspaceId}/api-keys`, {
    method: "POST",
    headers: { ...bearer(accessToken), "content-type": "application/json" },
    body: JSON.stringify({ name: "Robot", role: "editor", scopes: ["read", "write"] }),
  });
  expect(response.status).toBe(201);
  const key = z.object({ id: z.string(), secret: z.string() }).parse(await response.json());
  return { api, key, own, other, accessToken };
});

describe("an API key of a workspace works in it, and nowhere else,", () => {
  test("over REST", async ({ served, setUp }) => {
    const { key, own, other, accessToken } = await setUp();
    const get = (path: string, token = key.secret) =>
      fetch(`${served.url}/api/v1${path}`, { headers: bearer(token) });
    expect((await get(`/documents/${own.id}`)).status).toBe(200);
    expect((await get(`/documents/${other.id}`)).status).toBe(404);
    expect((await get(`/workspaces/${other.workspaceId}`)).status).toBe(404);
    expect((await get(`/workspaces/${own.workspaceId}/api-keys`)).status).toBe(403);
    const listed = await get(`/workspaces/${own.workspaceId}/api-keys`, accessToken);
    expect(await listed.json()).toMatchObject({ items: [{ id: key.id, name: "Robot", role: "editor" }] });
    const revoked = await fetch(`${served.url}/api/v1/workspaces/${own.workspaceId}/api-keys/${key.id}`, {
      method: "DELETE",
      headers: bearer(accessToken),
    });
    expect(revoked.status).toBe(204);
    expect((await get(`/documents/${own.id}`)).status).toBe(401);
  });

  test("over tRPC", async ({ served, setUp }) => {
    const { key, own, other } = await setUp();
    const client = createPlainClient(served, key.secret);
    expect(await client.document.get.query({ id: own.id })).toMatchObject({ title: "Own" });
    expect(await catchFailure(client.document.get.query({ id: other.id }))).toMatchObject({
      reason: "NOT_FOUND",
    });
  });

  test("over MCP", async ({ served, setUp }) => {
    const { api, key, own, other } = await setUp();
    await using agent = await connectAgent(served, key.secret);
    expect((await agent.use("read_document", { id: own.id })).answer).toMatchObject({ text: "text\n" });
    expect((await agent.use("read_document", { id: other.id })).isError).toBe(true);
    await api.workspace.apiKey.revoke.mutate({ workspaceId: own.workspaceId, id: key.id });
    await expect(agent.use("read_document", { id: own.id })).rejects.toThrow();
  });

  test.for(transports)("over %s, until it is revoked", async ([, subscribe], { served, setUp }) => {
    const { api, key, own, other } = await setUp();
    const follow = (id: string) => ({ id, path: "document.changes", input: { id } });
    const subscriber = await subscribe(served, key.secret, [follow(own.id), follow(other.id)]);
    const find = (id: string) => subscriber.messages.filter((one) => one.id === id);
    await expect.poll(() => find(own.id).some(({ result }) => result?.type === "data")).toBe(true);
    await expect.poll(() => find(other.id).at(-1)?.error?.data.reason).toBe("NOT_FOUND");
    await api.workspace.apiKey.revoke.mutate({ workspaceId: own.workspaceId, id: key.id });
    await subscriber.closed;
  });

  test.for(transports)(
    "over %s, until only the database says that it is revoked",
    async ([, subscribe], { served, setUp }) => {
      const { key, own } = await setUp();
      const subscriber = await subscribe(served, key.secret, [
        { id: "changes", path: "document.changes", input: { id: own.id } },
      ]);
      await expect.poll(() => subscriber.messages.some(({ result }) => result?.type === "data")).toBe(true);
      await served.database.database.sql`update api_keys set revoked_at = now() where id = ${key.id}`;
      await subscriber.closed;
    },
  );
});
