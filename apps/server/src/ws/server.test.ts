import { once } from "node:events";
import { connect } from "node:net";

import { createClient } from "@mdreader/client";
import { describe, expect } from "vitest";
import { WebSocket } from "ws";

import { createPlainClient, readMetric, password, register } from "../../test/calls.ts";
import { serve, type Served } from "../../test/serve.ts";
import { open, readUpgradeStatus } from "../../test/socket.ts";
import { test as base } from "../../test/test.ts";
import { largeCalls } from "../flow-control/call-sizes.ts";
import { procedureTypes } from "../procedures.ts";
import { closeCodes } from "./close-codes.ts";

const test = base
  .extend("settings", { scope: "file" }, () => ({ env: { CORS_ORIGINS: "https://friend.example" } }))
  .extend(
    "alive",
    ({ served }) =>
      async (one: Served = served) =>
        (await fetch(`${one.url}/health`)).status,
  );

describe("a socket", () => {
  test("authenticates calls by the token in the first message", async ({ served }) => {
    const { accessToken, user } = await register(served);
    await using socket = await open(served, accessToken);
    expect(await socket.call("query", "auth.me")).toMatchObject({ result: { data: { id: user.id } } });
    const changed = await socket.call("mutation", "auth.updateProfile", { fullName: "Ann" });
    expect(changed).toMatchObject({ result: { data: { fullName: "Ann" } } });
  });

  test("serves public calls without a token, and rejects others", async ({ served }) => {
    for (const token of [undefined, null]) {
      await using socket = await open(served, token);
      expect(await socket.call("query", "auth.me")).toMatchObject({
        error: { data: { reason: "UNAUTHENTICATED" } },
      });
    }
    await using wrong = await open(served, "not a token");
    expect(await wrong.call("query", "auth.me")).toMatchObject({
      error: { data: { reason: "TOKEN_INVALID" } },
    });
  });

  test("ignores a token in the URL", async ({ served }) => {
    const { accessToken } = await register(served);
    const address = { socketUrl: `${served.socketUrl}?token=${accessToken}` };
    await using socket = await open(address);
    expect(await socket.call("query", "auth.me")).toMatchObject({
      error: { data: { reason: "UNAUTHENTICATED" } },
    });
  });

  test("is recorded with its user", async ({ served }) => {
    const { accessToken, api } = await register(served);
    await using socket = await open(served, accessToken, { headers: { "user-agent": "a test" } });
    await socket.call("query", "auth.me");
    await served.server.services.presence.recorder.flush();
    const { items } = await api.presence.connections.query();
    expect(items).toMatchObject([{ userAgent: "a test", ipAddress: "127.0.0.1", disconnectedAt: null }]);
    await socket[Symbol.asyncDispose]();
    await expect
      .poll(async () => {
        await served.server.services.presence.recorder.flush();
        return (await api.presence.connections.query()).items[0]?.disconnectedAt;
      })
      .not.toBeNull();
  });
});

describe("opening a socket", () => {
  test("is allowed for this server's pages, listed origins and programs, but not for other pages", async ({
    served,
  }) => {
    const from = (origin: string) => readUpgradeStatus(served, { headers: { origin } });
    expect(await readUpgradeStatus(served)).toBe(101);
    expect(await from(served.url)).toBe(101);
    expect(await from("https://friend.example")).toBe(101);
    for (const origin of ["https://evil.example", "null", "file://", `${served.url}.evil.example`]) {
      expect([origin, await from(origin)]).toEqual([origin, 403]);
    }
  });

  test("is possible only at its path", async ({ served }) => {
    expect(await readUpgradeStatus(served, { path: "/" })).toBe(404);
    expect(await readUpgradeStatus(served, { path: "/wsx" })).toBe(404);
    expect(await readUpgradeStatus(served, { path: "/trpc/ws" })).toBe(404);
  });

  test("is limited in total, per address and per user", async () => {
    await using small = await serve({ socketLimits: { total: 4, perNetwork: 3, perCaller: 2 } });
    const { accessToken } = await register(small);
    await using one = await open(small, accessToken);
    await using two = await open(small, accessToken);
    await one.call("query", "auth.me");
    await two.call("query", "auth.me");
    await using three = await open(small, accessToken);
    expect(await three.next()).toMatchObject({ id: null, error: { data: { reason: "LIMIT_REACHED" } } });
    await three.closed;
    await using four = await open(small, null);
    expect(await readUpgradeStatus(small)).toBe(429);
    four.socket.terminate();
    await four.closed;
    await expect.poll(() => readUpgradeStatus(small)).toBe(101);
  });
});

describe("an unauthenticated socket", () => {
  test("is closed after a timeout, whether it is silent or active", async () => {
    await using quick = await serve({ socketLimits: { unauthenticatedTimeoutMs: 1000 } });
    const silent = await open(quick);
    const waiting = await open({ socketUrl: `${quick.socketUrl}?connectionParams=1` });
    const wrong = await open(quick, "not a token");
    const pinging = await open(quick, null);
    const pings = setInterval(() => pinging.socket.send("PING"), 20);
    const codes = await Promise.all([silent, waiting, wrong, pinging].map(({ closed }) => closed));
    clearInterval(pings);
    expect(codes).toEqual(Array.from({ length: 4 }, () => closeCodes.unauthenticated));

    const { accessToken } = await register(quick);
    await using known = await open(quick, accessToken);
    await known.call("query", "auth.me");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(known.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("is closed after 20 messages, one by one or in batches", async ({ served }) => {
    for (const size of [1, 7]) {
      const socket = await open(served, null);
      for (let sent = 0; sent < 21; sent += size) {
        const calls = Array.from({ length: size }, (_, n) => ({
          id: sent + n,
          method: "query",
          params: { path: "auth.me" },
        }));
        socket.send(size === 1 ? calls[0] : calls);
      }
      expect(await socket.closed).toBe(closeCodes.unauthenticated);
    }
  });

  test("is closed after 64 KB, even within one endless message", async ({ served }) => {
    const many = await open(served, null);
    for (let n = 0; n < 3; n += 1)
      many.send({ id: n, method: "query", params: { path: "x".repeat(30_000) } });
    expect([closeCodes.unauthenticated, 1006]).toContain(await many.closed);
    const endless = await open(served, null);
    endless.socket.send("x".repeat(100_000), { fin: false });
    expect([closeCodes.unauthenticated, 1006]).toContain(await endless.closed);
  });
});

describe("an invalid message", () => {
  test("is rejected, and the server survives", async ({ served, alive }) => {
    const { accessToken } = await register(served);
    for (const garbage of [
      "",
      "{",
      "null",
      "1",
      '"x"',
      "[]",
      "[null]",
      "{}",
      '{"id":null}',
      '{"id":null,"method":"query","params":{"path":"auth.me"}}',
      '{"id":{},"method":"query"}',
      '{"id":1,"method":"no"}',
      '{"id":1,"method":"query"}',
      '{"id":1,"method":"query","params":null}',
      '{"id":1,"method":"subscription.stop"}',
      '{"id":2,"method":"query","params":{"path":"__proto__"}}',
      '{"id":3,"method":"subscription","params":{"path":"auth.me"}}',
      '{"method":"connectionParams","data":{"token":1}}',
      "[".repeat(10_000),
    ]) {
      await using socket = await open(served, accessToken);
      socket.send(garbage);
      expect(await socket.call("query", "auth.me")).toMatchObject({ result: { type: "data" } });
    }
    expect(await alive()).toBe(200);
  });

  test("as a first message closes the socket", async ({ served, alive }) => {
    for (const first of ["{", "1", '{"method":"connectionParams","data":{"token":1}}', "[]"]) {
      const socket = await open({ socketUrl: `${served.socketUrl}?connectionParams=1` });
      socket.send(first);
      await socket.closed;
    }
    expect(await alive()).toBe(200);
  });

  test("in binary, malformed or oversized frames closes the socket", async ({ served, alive }) => {
    const { accessToken } = await register(served);
    const binary = await open(served, accessToken);
    binary.socket.send(Buffer.from([1, 2, 3]));
    expect(await binary.next()).toMatchObject({ id: null, error: {} });
    binary.socket.terminate();

    const oversized = await open(served, accessToken);
    await oversized.call("query", "auth.me");
    oversized.send("x".repeat(4 * 1024 * 1024));
    expect([1009, 1006]).toContain(await oversized.closed);

    const raw = await openRawSocket(served, "127.0.0.1");
    raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]));
    await once(raw, "close");
    expect(await alive()).toBe(200);
  });

  test("with a malformed Host header opens no socket", async ({ served, alive }) => {
    const socket = await openRawSocket(served, "a b[");
    socket.on("error", () => {});
    await once(socket, "close");
    expect(await alive()).toBe(200);
  });

  /** A connection that has sent an upgrade request. */
  async function openRawSocket({ server }: Served, host: string) {
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    socket.resume();
    return socket;
  }
});

describe("calls on one socket", () => {
  test("may be sent in batches of at most 100", async ({ served }) => {
    const { accessToken } = await register(served);
    await using socket = await open(served, accessToken);
    await socket.call("query", "auth.me");
    const batch = (size: number) =>
      Array.from({ length: size }, (_, n) => ({
        id: `${size}-${n}`,
        method: "query",
        params: { path: "auth.me" },
      }));
    socket.send(batch(100));
    await expect.poll(() => socket.messages.length).toBe(101);
    socket.send(batch(101));
    await expect.poll(() => socket.messages.length).toBe(102);
    const refused = socket.messages.filter(({ error }) => error !== undefined);
    expect(refused.map(({ id }) => id)).toEqual([null]);
  });

  test("accept 64 KB each, or the size of a document if they carry a text", async ({ served }) => {
    const { accessToken, api } = await register(served);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const { id } = await api.document.create.mutate({ workspaceId, title: "D" });
    await using socket = await open(served, accessToken);
    const long = "x".repeat(70_000);
    const tooLarge = { error: { data: { reason: "PAYLOAD_TOO_LARGE" } } };
    expect(await socket.call("query", "auth.me", { long })).toMatchObject(tooLarge);
    expect(
      await socket.call("mutation", "presence.update", { documentId: id, clientId: 1, cursor: long }),
    ).toMatchObject(tooLarge);
    const text = { id, baseVersion: 1, text: long };
    expect(await socket.call("mutation", "document.applyText", text)).toMatchObject({ result: {} });
    socket.send([
      { id: "large", method: "query", params: { path: "auth.me", input: { long } } },
      { id: "small", method: "query", params: { path: "auth.me" } },
    ]);
    const answer = (to: string) => socket.messages.find((one) => one.id === to);
    await expect.poll(() => answer("small")).toMatchObject({ result: { type: "data" } });
    expect(answer("large")).toMatchObject(tooLarge);
  });

  test("with a larger limit all exist", () => {
    for (const path of largeCalls.keys()) expect(procedureTypes.has(path)).toBe(true);
  });

  test("have a limit, as subscriptions do, and unique IDs", async () => {
    await using small = await serve({ socketLimits: { calls: 2, subscriptions: 2 } });
    const { accessToken, api } = await register(small);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const { id } = await api.document.create.mutate({ workspaceId, title: "D" });
    await using socket = await open(small, accessToken);
    await socket.call("query", "auth.me");
    const subscribe = (number: number) =>
      socket.send({
        id: number,
        method: "subscription",
        params: { path: "document.changes", input: { id } },
      });
    const reasons = (number: number) =>
      socket.messages.flatMap(({ id: of, error }) => (of === number && error ? error.data.reason : []));
    const outcome = (number: number) => socket.messages.findLast((one) => one.id === number);

    subscribe(1);
    subscribe(1);
    await expect.poll(() => reasons(1)).toEqual(["BAD_INPUT"]);
    subscribe(2);
    subscribe(3);
    await expect.poll(() => outcome(3)).toMatchObject({ error: { data: { reason: "LIMIT_REACHED" } } });
    await expect.poll(() => readMetric(small, "mdreader_ws_subscriptions")).toBe(2);

    socket.send({ id: 1, method: "subscription.stop" });
    await expect.poll(() => outcome(1)).toMatchObject({ result: { type: "stopped" } });
    subscribe(4);
    await expect.poll(() => outcome(4)).toMatchObject({ result: { type: "data" } });

    const calls = [10, 11, 12].map((number) => ({
      id: number,
      method: "query",
      params: { path: "auth.me" },
    }));
    socket.send(calls);
    await expect.poll(() => outcome(12)).toMatchObject({ error: { data: { reason: "LIMIT_REACHED" } } });
    await expect.poll(() => outcome(11)).toMatchObject({ result: { type: "data" } });

    await socket[Symbol.asyncDispose]();
    await expect.poll(() => readMetric(small, "mdreader_ws_subscriptions")).toBe(0);
    await expect.poll(() => readMetric(small, "mdreader_ws_connections")).toBe(0);
  });
});

describe("a socket whose session ends", () => {
  test("is closed immediately after sign-out, revocation, a password change or account deletion", async ({
    served,
  }) => {
    const ends: ((api: ReturnType<typeof createPlainClient>) => Promise<unknown>)[] = [
      (api) => api.auth.logout.mutate(),
      (api) => api.auth.deleteAccount.mutate({ password }),
    ];
    for (const end of ends) {
      const { accessToken, api } = await register(served);
      const socket = await open(served, accessToken);
      await socket.call("query", "auth.me");
      await end(api);
      expect(await socket.closed).toBe(closeCodes.signedOut);
    }

    const { email, accessToken, api } = await register(served);
    const elsewhere = await createPlainClient(served).auth.login.mutate({ email, password });
    const own = await open(served, accessToken);
    const other = await open(served, elsewhere.accessToken);
    await Promise.all([own.call("query", "auth.me"), other.call("query", "auth.me")]);
    await api.auth.changePassword.mutate({ currentPassword: password, newPassword: "another long password" });
    expect(await other.closed).toBe(closeCodes.signedOut);
    await own[Symbol.asyncDispose]();
  });

  test("is closed soon if only the database has the change: an ended session, a suspended user, an ended key", async ({
    served,
  }) => {
    const { sql } = served.database.database;
    const [ended, suspended, keyed] = [
      await register(served),
      await register(served),
      await register(served),
    ];
    const { id, secret } = await keyed.api.auth.apiKey.create.mutate({ name: "tool", scopes: ["read"] });
    const sockets = [
      await open(served, ended.accessToken),
      await open(served, suspended.accessToken),
      await open(served, secret),
    ];
    for (const socket of sockets) await socket.call("query", "auth.me");
    await sql`update auth_sessions set revoked_at = now() where user_id = ${ended.user.id}`;
    await sql`update users set deactivated_at = now() where id = ${suspended.user.id}`;
    await sql`update api_keys set revoked_at = now() where id = ${id}`;
    for (const socket of sockets) expect(await socket.closed).toBe(closeCodes.signedOut);
  });

  test("stays open for an API key that loses scopes, without the streams that it may no longer read", async ({
    served,
  }) => {
    const { api } = await register(served);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const key = await api.auth.apiKey.create.mutate({ name: "tool", scopes: ["read", "write"] });
    await using socket = await open(served, key.secret);
    const params = { path: "workspace.events", input: { workspaceId } };
    socket.send({ id: "events", method: "subscription", params });
    await expect.poll(() => socket.messages.length).toBe(1);
    const { sql } = served.database.database;
    await sql`update api_keys set scopes = '{write}' where id = ${key.id}`;
    await expect
      .poll(() => socket.messages.find(({ error }) => error !== undefined), { timeout: 10_000 })
      .toMatchObject({ id: "events", error: { data: { reason: "SCOPE_MISSING" } } });
    expect(socket.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("is closed immediately after its API key is revoked", async ({ served }) => {
    const { api } = await register(served);
    const { id, secret } = await api.auth.apiKey.create.mutate({ name: "tool", scopes: ["read"] });
    const socket = await open(served, secret);
    await socket.call("query", "auth.me");
    await api.auth.apiKey.revoke.mutate({ id });
    expect(await socket.closed).toBe(closeCodes.signedOut);
  });

  test("is asked to reconnect before its token expires, and closed if it does not", async () => {
    await using short = await serve({ env: { ACCESS_TOKEN_TTL: "3s" }, socketLimits: { renewalMs: 2000 } });
    const { accessToken } = await register(short);
    const socket = await open(short, accessToken);
    await socket.call("query", "auth.me");
    await expect
      .poll(() => socket.messages, { timeout: 5000 })
      .toContainEqual({ id: null, method: "reconnect" });
    expect(await socket.closed).toBe(closeCodes.signedOut);
  });
});

describe("the client of the project", () => {
  test("keeps a subscription without gaps when its token expires", async () => {
    await using short = await serve({
      env: { ACCESS_TOKEN_TTL: "32s" },
      socketLimits: { renewalMs: 31_000 },
    });
    await using api = createClient({ url: short.url });
    await api.auth.register.mutate({ email: "a@example.test", username: "ann", password });
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const { id } = await api.document.create.mutate({ workspaceId, title: "D", content: "one\n" });
    const titles: string[] = [];
    const begun = Promise.withResolvers<void>();
    const subscription = api.document.changes.subscribe(
      { id },
      {
        onData({ data }) {
          if (data.type === "meta") titles.push(data.title);
          else begun.resolve();
        },
      },
    );
    await begun.promise;
    // It reconnects about every second.
    for (let n = 1; n <= 30; n += 1) {
      await api.document.update.mutate({ id, title: `Title ${n}` });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await expect.poll(() => titles.at(-1)).toBe("Title 30");
    subscription.unsubscribe();
    expect(titles).toEqual(Array.from({ length: 30 }, (_, n) => `Title ${n + 1}`));
    await expect.poll(() => short.log).toContain('"socket closed"');
  });
});
