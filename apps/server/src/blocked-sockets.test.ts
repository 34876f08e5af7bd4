import { type Client, createClient } from "@mdreader/client";
import { openDocument } from "@mdreader/client/live";
import { describe, expect } from "vitest";

import { createBlockingProxy, type SocketPolicy } from "../test/blocking-proxy.ts";
import { password, readMetric } from "../test/calls.ts";
import { serve, type Served } from "../test/serve.ts";
import { test as base } from "../test/test.ts";

const soon = { timeout: 20_000, interval: 50 };

const test = base
  // Vitest requires the pattern, even without fixtures in it.
  // oxlint-disable-next-line no-empty-pattern
  .extend("cleanup", ({}, { onCleanup }) => {
    const cleanup = new AsyncDisposableStack();
    onCleanup(() => cleanup.disposeAsync());
    return cleanup;
  })
  /** Registers a user whose connections pass a proxy. */
  .extend(
    "createPerson",
    ({ served, cleanup }) =>
      async (policy: SocketPolicy = "refuse", { url }: Pick<Served, "url"> = served) => {
        const proxy = cleanup.use(await createBlockingProxy(url, policy));
        const client = cleanup.use(createClient({ url: proxy.url }));
        const username = `user-${crypto.randomUUID().slice(0, 13)}`;
        const { user } = await client.auth.register.mutate({
          email: `${username}@example.test`,
          username,
          password,
        });
        return { client, proxy, user };
      },
  )
  .extend("createDocument", () => async (client: Client) => {
    const { id: workspaceId } = await client.workspace.create.mutate({ name: "Team" });
    const { id } = await client.document.create.mutate({ workspaceId, title: "Plan" });
    return { workspaceId, id };
  });

const isOverHttp = ({ liveTransport }: Client) => liveTransport.get() === "http";

describe("a client whose WebSockets are blocked", () => {
  test.for(["refuse", "close after a moment"] as const)(
    "edits with others over HTTP, if proxies %s",
    async (policy, { createPerson, createDocument, cleanup }) => {
      const [ada, ben] = [await createPerson(policy), await createPerson("allow")];
      const { workspaceId, id } = await createDocument(ada.client);
      const { token } = await ada.client.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
      await ben.client.workspace.invitation.accept.mutate({ token });
      const [hers, his] = [await openDocument(ada.client, id), await openDocument(ben.client, id)];
      cleanup.use(hers);
      cleanup.use(his);
      await expect.poll(() => isOverHttp(ada.client), soon).toBe(true);
      await Promise.all([hers.synced(), his.synced()]);
      expect(isOverHttp(ben.client)).toBe(false);

      hers.ytext.insert(0, "by her. ");
      await hers.whenSaved();
      await expect.poll(() => his.ytext.toJSON(), soon).toBe("by her. ");
      his.ytext.insert(his.ytext.length, "By him.");
      await expect.poll(() => hers.ytext.toJSON(), soon).toBe("by her. By him.");
      await expect
        .poll(() => hers.saveState.get(), soon)
        .toEqual({ status: "saved", seq: 3, isOverHttp: true });
      await expect.poll(() => his.saveState.get(), soon).toEqual({ status: "saved", seq: 3 });

      await expect.poll(() => hers.awareness.getStates().size, soon).toBe(2);
      his.awareness.setLocalStateField("status", "idle");
      hers.awareness.setLocalStateField("status", "typing");
      const statuses = (live: typeof hers) =>
        [...live.awareness.getStates().values()].map((state) => String(state["status"])).toSorted();
      await expect.poll(() => statuses(hers), soon).toEqual(["idle", "typing"]);
      await expect.poll(() => statuses(his), soon).toEqual(["idle", "typing"]);
      await hers.close();
      await expect.poll(() => his.awareness.getStates().size, soon).toBe(1);
    },
  );

  test("uses one stream for all its subscriptions, and misses no event when they change", async ({
    createPerson,
    cleanup,
  }) => {
    const own = cleanup.use(await serve());
    const { client } = await createPerson("refuse", own);
    const { id: workspaceId } = await client.workspace.create.mutate({ name: "Team" });
    const seen: number[] = [];
    const started = Promise.withResolvers<void>();
    const events = client.workspace.events.subscribe(
      { workspaceId },
      { onStarted: () => started.resolve(), onData: ({ data }) => void seen.push(data.seq) },
    );
    await started.promise;
    const count = 8;
    for (let n = 1; n <= count; n += 1) {
      const { id } = await client.document.create.mutate({ workspaceId, title: `Document ${n}` });
      const live = cleanup.use(await openDocument(client, id));
      await live.synced();
      live.ytext.insert(0, "x");
      await live.whenSaved();
    }
    // Each document has its changes and its room.
    await expect.poll(() => readMetric(own, "mdreader_stream_subscriptions"), soon).toBe(1 + 2 * count);
    await expect.poll(() => readMetric(own, "mdreader_stream_connections"), soon).toBe(1);
    await client.document.create.mutate({ workspaceId, title: "Last" });
    await expect.poll(() => seen.length, soon).toBeGreaterThan(count);
    const [first = 0] = seen;
    expect(seen).toEqual(seen.map((_, n) => first + n));
    events.unsubscribe();
  });

  test("resumes without a gap when its connections end", async ({ createPerson, createDocument }) => {
    const { client, proxy } = await createPerson();
    const { id } = await createDocument(client);
    const numbers: number[] = [];
    const changes = client.document.changes.subscribe(
      { id },
      { onData: ({ data }) => void numbers.push(data.seq) },
    );
    await expect.poll(() => numbers, soon).toEqual([1]);
    for (let n = 1; n <= 30; n += 1) {
      if (n % 10 === 0) proxy.cut();
      await client.document.update.mutate({ id, title: `Title ${n}` });
    }
    await expect.poll(() => numbers.at(-1), soon).toBe(31);
    expect(numbers).toEqual(Array.from({ length: 31 }, (_, n) => n + 1));
    changes.unsubscribe();
  });

  test("keeps a subscription without a gap when its token expires", async ({
    createPerson,
    createDocument,
    cleanup,
  }) => {
    const short = cleanup.use(
      await serve({ env: { ACCESS_TOKEN_TTL: "32s" }, socketLimits: { renewalMs: 29_000 } }),
    );
    const { client } = await createPerson("refuse", short);
    const { id } = await createDocument(client);
    const numbers: number[] = [];
    const changes = client.document.changes.subscribe(
      { id },
      { onData: ({ data }) => void numbers.push(data.seq) },
    );
    await expect.poll(() => numbers, soon).toEqual([1]);
    const streams = () => short.log.match(/"path":"\/stream"/g)?.length ?? 0;
    const before = streams();
    while (streams() < before + 2) {
      await client.document.update.mutate({ id, title: `Title ${numbers.length}` });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { version } = await client.document.get.query({ id });
    await expect.poll(() => numbers.at(-1), soon).toBe(version);
    expect(numbers).toEqual(Array.from({ length: version }, (_, n) => n + 1));
    changes.unsubscribe();
  });

  test("gets the reason when a document can't be read, and when its session ends", async ({
    createPerson,
    createDocument,
  }) => {
    const { client } = await createPerson();
    const { id } = await createDocument(client);
    const live = await openDocument(client, id);
    await live.synced();
    const missing = await openDocument(client, crypto.randomUUID());
    await expect(missing.synced()).rejects.toMatchObject({ reason: "NOT_FOUND" });
    const { items } = await client.auth.session.list.query();
    await client.auth.session.revoke.mutate({ id: items[0]?.id ?? "" });
    await expect.poll(() => live.saveState.get(), soon).toMatchObject({ status: "closed" });
    await missing.close();
    await live.close();
  });

  test("sends calls over HTTP even if it prefers WebSockets", async ({ served, createPerson, cleanup }) => {
    const { client, proxy } = await createPerson();
    const token = await client.session.accessToken();
    if (token === null) throw new Error("nobody is signed in");
    expect(proxy.url).not.toBe(served.url);
    const preferring = cleanup.use(createClient({ url: proxy.url, token, transport: "ws" }));
    const { id } = await client.auth.me.query();
    const calls = Array.from({ length: 3 }, () => preferring.auth.me.query());
    expect((await Promise.all(calls)).map((me) => me.id)).toEqual([id, id, id]);
    expect((await preferring.auth.me.query()).id).toBe(id);
  });

  test("returns to a WebSocket as soon as it can, without a gap", async ({
    createPerson,
    createDocument,
  }) => {
    const { client, proxy } = await createPerson();
    const { id } = await createDocument(client);
    const live = await openDocument(client, id);
    await live.synced();
    const numbers: number[] = [];
    const changes = client.document.changes.subscribe(
      { id },
      { onData: ({ data }) => void numbers.push(data.seq) },
    );
    await expect.poll(() => numbers, soon).toEqual([1]);
    expect(live.saveState.get()).toMatchObject({ isOverHttp: true });
    proxy.policy = "allow";
    let n = 0;
    while (isOverHttp(client) || n < 20) {
      n += 1;
      await client.document.update.mutate({ id, title: `Title ${n}` });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await expect.poll(() => numbers.at(-1), soon).toBe(n + 1);
    expect(numbers).toEqual(Array.from({ length: n + 1 }, (_, index) => index + 1));
    await expect.poll(() => live.saveState.get(), soon).toEqual({ status: "saved", seq: n + 1 });
    changes.unsubscribe();
    await live.close();
  });
});

describe("a client whose server stops for a while", () => {
  test("keeps using WebSockets", async ({ createPerson, createDocument }) => {
    const { client, proxy } = await createPerson("allow");
    const { id } = await createDocument(client);
    const live = await openDocument(client, id);
    await live.synced();
    proxy.policy = "refuse everything";
    proxy.cut();
    live.ytext.insert(0, "x");
    // Long enough for several attempts.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    proxy.policy = "allow";
    await live.whenSaved();
    expect(isOverHttp(client)).toBe(false);
    await live.close();
  });
});
