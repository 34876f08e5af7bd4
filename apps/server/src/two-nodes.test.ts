import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Client, type ClientOptions, createClient } from "@mdreader/client";
import { openDocument } from "@mdreader/client/live";
import { createTestDatabase, type TestDatabase } from "@mdreader/db/testing";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { BlockedWebSocket } from "../test/blocked-web-socket.ts";
import { type RunningServer, startServer } from "./app.ts";
import { parseConfig } from "./config.ts";

const redisUrl = process.env["TEST_REDIS_URL"];
if (redisUrl === undefined)
  console.log("Tests with two servers on one Redis are skipped: TEST_REDIS_URL is not set.");

/** A connection to Redis that can be cut. */
interface CuttableConnection {
  url: string;
  cut(): void;
  mend(): void;
  close(): void;
}

async function createProxyTo(target: string): Promise<CuttableConnection> {
  const { hostname, port, pathname } = new URL(target);
  const open = new Set<Socket>();
  let isConnected = true;
  const server: Server = createServer((from) => {
    if (!isConnected) return void from.destroy();
    const to = connect(Number(port || 6379), hostname);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      open.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo; // a TCP server's is one
  const cut = () => {
    isConnected = false;
    for (const socket of open) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${address.port}${pathname}`,
    cut,
    mend: () => {
      isConnected = true;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}

const transports = [
  ["WebSockets", {}],
  ["HTTP streams", { WebSocket: BlockedWebSocket }],
] as const;

describe.skipIf(redisUrl === undefined).for(transports)(
  "two servers on one database and one Redis, with %s",
  ([transport, options]) => {
    let database: TestDatabase;
    let dataDir: string;
    let lines: [CuttableConnection, CuttableConnection];
    let servers: [RunningServer, RunningServer];
    const clients: Client[] = [];

    beforeAll(async () => {
      database = await createTestDatabase();
      dataDir = await mkdtemp(join(tmpdir(), "mdreader-nodes-"));
      lines = [await createProxyTo(redisUrl ?? ""), await createProxyTo(redisUrl ?? "")];
      const start = async (line: CuttableConnection) =>
        startServer(
          await parseConfig({
            APP_PORT: "0",
            DATABASE_URL: database.url,
            DATABASE_POOL_SIZE: "5",
            DATA_DIR: dataDir,
            JWT_SECRET: "the same secret for both of the servers",
            REDIS_URL: line.url,
            LOG_LEVEL: "silent",
          }),
        );
      servers = [await start(lines[0]), await start(lines[1])];
    });
    afterAll(async () => {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all(servers.map((server) => server.close()));
      for (const line of lines) line.close();
      await database[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    });

    /** Creates a user of one of the servers. */
    async function createPerson(
      name: string,
      node: 0 | 1,
      more: Partial<ClientOptions> = {},
    ): Promise<{ id: string; client: Client }> {
      const client = createClient({ url: servers[node].url, ...options, ...more });
      clients.push(client);
      const { user } = await client.auth.register.mutate({
        email: `${name}@example.test`,
        username: name,
        password: "a long enough password",
      });
      return { id: user.id, client };
    }

    /** Creates an owner on the first server and an editor on the second, in one document. */
    async function createMeeting(tag: string) {
      const [ada, ben] = [await createPerson(`ada-${tag}`, 0), await createPerson(`ben-${tag}`, 1)];
      const { id: workspaceId } = await ada.client.workspace.create.mutate({ name: "Meeting" });
      const { token } = await ada.client.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
      await ben.client.workspace.invitation.accept.mutate({ token });
      const { id } = await ada.client.document.create.mutate({ workspaceId, title: "Minutes" });
      const [hers, his] = [await openDocument(ada.client, id), await openDocument(ben.client, id)];
      await Promise.all([hers.synced(), his.synced()]);
      return { ada, ben, workspaceId, hers, his };
    }

    const soon = { timeout: 15_000, interval: 50 };

    it("show each other's edits and people", async () => {
      const { hers, his } = await createMeeting("together");
      hers.ytext.insert(0, "from the first. ");
      await expect.poll(() => his.ytext.toJSON(), soon).toBe("from the first. ");
      his.ytext.insert(his.ytext.length, "from the second.");
      await expect.poll(() => hers.ytext.toJSON(), soon).toBe("from the first. from the second.");
      await expect.poll(() => hers.awareness.getStates().size, soon).toBe(2);
      await his.close();
      await expect.poll(() => hers.awareness.getStates().size, soon).toBe(1);
      await hers.close();
    });

    it.runIf(transport === "HTTP streams")("both serve the requests of one client in turn", async () => {
      let requests = 0;
      const inTurn: typeof fetch = (input, init) => {
        const node = (requests += 1) % 2;
        const { url } = new Request(input);
        return fetch(url.replace(servers[0].url, servers[node === 0 ? 0 : 1].url), init);
      };
      const [eve, dan] = [await createPerson("eve", 0, { fetch: inTurn }), await createPerson("dan", 1)];
      const { id: workspaceId } = await eve.client.workspace.create.mutate({ name: "Office" });
      const { token } = await eve.client.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
      await dan.client.workspace.invitation.accept.mutate({ token });
      const created = [];
      for (const title of ["A", "B", "C"]) {
        created.push(await eve.client.document.create.mutate({ workspaceId, title }));
      }
      const opened = [];
      for (const { id } of created) {
        const [hers, his] = [await openDocument(eve.client, id), await openDocument(dan.client, id)];
        opened.push({ hers, his });
        await Promise.all([hers.synced(), his.synced()]);
        hers.ytext.insert(0, "by her. ");
        await expect.poll(() => his.ytext.toJSON(), soon).toBe("by her. ");
        his.ytext.insert(his.ytext.length, "By him.");
        await expect.poll(() => hers.ytext.toJSON(), soon).toBe("by her. By him.");
        for (const status of ["idle", "typing", "viewing"]) {
          hers.awareness.setLocalStateField("status", status);
          const hersAsSeen = () => his.awareness.getStates().get(hers.awareness.clientID)?.["status"];
          await expect.poll(hersAsSeen, soon).toBe(status);
        }
      }
      for (const { hers, his } of opened) await Promise.all([hers.close(), his.close()]);
    });

    it("revoke a removed member's access on the other server within two seconds, even without Redis", async () => {
      for (const cut of [false, true]) {
        const { ada, ben, workspaceId, hers, his } = await createMeeting(`removed-${cut}`);
        if (cut) for (const line of lines) line.cut();
        await ada.client.workspace.member.remove.mutate({ workspaceId, userId: ben.id });
        await expect.poll(() => his.saveState.get().status, { timeout: 4000, interval: 20 }).toBe("closed");
        for (const line of lines) line.mend();
        await Promise.all([hers.close(), his.close()]);
      }
    });

    it("end the access of people without a required second factor on the other server, even without Redis", async () => {
      for (const cut of [false, true]) {
        const { ada, ben, workspaceId, hers, his } = await createMeeting(`factor-${cut}`);
        await database.database
          .sql`insert into second_factors (user_id, secret, last_used_step) values (${ada.id}, '', 0)`;
        if (cut) for (const line of lines) line.cut();
        await ada.client.workspace.requireSecondFactor.mutate({ id: workspaceId, isRequired: true });
        await expect.poll(() => his.saveState.get().status, { timeout: 4000, interval: 20 }).toBe("closed");
        await expect(ben.client.workspace.get.query({ id: workspaceId })).rejects.toMatchObject({
          data: { reason: "WORKSPACE_SECOND_FACTOR_REQUIRED" },
        });
        for (const line of lines) line.mend();
        await Promise.all([hers.close(), his.close()]);
      }
    });

    it("end a suspended user's access on the other server within two seconds, even without Redis", async () => {
      for (const cut of [false, true]) {
        const { ada, ben, hers, his } = await createMeeting(`suspended-${cut}`);
        await database.database.sql`update users set is_superuser = true where id = ${ada.id}`;
        if (cut) for (const line of lines) line.cut();
        await ada.client.auth.admin.user.suspend.mutate({ id: ben.id });
        await expect.poll(() => his.saveState.get().status, { timeout: 4000, interval: 20 }).toBe("closed");
        await expect(ben.client.auth.me.query()).rejects.toThrow();
        for (const line of lines) line.mend();
        await Promise.all([hers.close(), his.close()]);
      }
    });

    it("keep working while Redis is unavailable, lose nothing, and converge", async () => {
      const { hers, his } = await createMeeting("apart");
      for (const line of lines) line.cut();
      hers.ytext.insert(0, "[first, apart]");
      his.ytext.insert(0, "[second, apart]");
      await Promise.all([hers.whenSaved(), his.whenSaved()]);
      const agree = () => hers.ytext.toJSON() === his.ytext.toJSON() && hers.ytext.length === 29;
      await expect.poll(agree, soon).toBe(true);
      for (const line of lines) line.mend();
      hers.ytext.insert(hers.ytext.length, "[together]");
      await expect.poll(() => his.ytext.toJSON(), soon).toContain("[together]");
      await Promise.all([hers.close(), his.close()]);
    });

    it("exchange edits while one of them is cut off from Redis", async () => {
      const { hers, his } = await createMeeting("alone");
      lines[0].cut();
      hers.ytext.insert(0, "[written apart]");
      await hers.whenSaved();
      await expect.poll(() => his.ytext.toJSON(), soon).toBe("[written apart]");
      his.ytext.insert(his.ytext.length, "[answered]");
      await expect.poll(() => hers.ytext.toJSON(), soon).toBe("[written apart][answered]");
      lines[0].mend();
      await Promise.all([hers.close(), his.close()]);
    });

    it("keep working after Redis loses all data or delivers an invalid message", async () => {
      const { hers, his } = await createMeeting("flushed");
      const redis = new Redis(redisUrl ?? "");
      await redis.flushdb();
      const id = hers.id;
      for (const nonsense of [
        "",
        "{",
        "null",
        "[]",
        '{"from":"x"}',
        '{"from":"x","message":{"node":"y","members":"{"}}',
      ]) {
        for (const channel of [`document:${id}`, `presence:${id}`]) {
          await redis.publish(`mdreader:bus:${channel}`, nonsense);
        }
      }
      redis.disconnect();
      hers.ytext.insert(0, "still here");
      await expect.poll(() => his.ytext.toJSON(), soon).toBe("still here");
      await Promise.all([hers.close(), his.close()]);
    });
  },
);
