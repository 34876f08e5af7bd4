import type { Reason } from "@mdreader/contract/errors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { browserFetch, createRecordingFetch, serve, type Served } from "../test/serve.ts";
import { type Client, type ClientOptions, createClient } from "./client.ts";
import { fieldErrorsOf, isReason, isUnreachable, reasonOf } from "./errors.ts";
import { memoryTokens, type TokenStore } from "./tokens.ts";
import type { Tokens } from "./types.ts";

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served[Symbol.asyncDispose]());

const password = "correct horse battery staple";

function createAccountInput() {
  const name = `user-${crypto.randomUUID().slice(0, 13)}`;
  return { email: `${name}@example.test`, username: name, password };
}

/** Creates the client of a newly registered user, with its observable effects. */
async function signUp(options: Partial<ClientOptions> = {}) {
  const network = createRecordingFetch();
  const tokens = memoryTokens();
  const endings: Reason[] = [];
  const client = createClient({
    url: served.url,
    tokens,
    fetch: network.fetch,
    onSignedOut: (reason) => endings.push(reason),
    ...options,
  });
  const input = createAccountInput();
  const { user } = await client.auth.register.mutate(input);
  network.requests.length = 0;
  return { client, network, tokens, endings, input, user };
}

async function readTokens(store: TokenStore): Promise<Tokens> {
  const tokens = await store.get();
  if (tokens === null) throw new Error("no user is signed in");
  return tokens;
}

/** Makes the access token look expired to the local clock. */
async function expireAccessToken(store: TokenStore) {
  await store.set({ ...(await readTokens(store)), expiresAt: new Date(Date.now() - 1000).toISOString() });
}

/** Replaces the access token with one that the server rejects, and keeps its refresh token. */
async function corruptAccessToken(store: TokenStore) {
  await store.set({ ...(await readTokens(store)), accessToken: "spoilt" });
}

const countRefreshes = (requests: string[][]) =>
  requests.flat().filter((path) => path === "auth.refresh").length;

const catchReason = (call: Promise<unknown>) => call.then(() => null, reasonOf);

describe("signing in and out", () => {
  test("auth.register and auth.login sign the client in", async () => {
    const { client, input, user } = await signUp();
    expect(await client.auth.me.query()).toMatchObject({ id: user.id });

    await using another = createClient({ url: served.url });
    expect(await another.session.isSignedIn()).toBe(false);
    await another.auth.login.mutate({ email: input.email, password });
    expect(await another.session.isSignedIn()).toBe(true);
    expect(await another.auth.me.query()).toMatchObject({ id: user.id });
  });

  test("auth.logout ends the session on the server and removes the tokens without calling onSignedOut", async () => {
    const { client, tokens, endings } = await signUp();
    const before = await readTokens(tokens);
    await client.auth.logout.mutate();
    expect(await tokens.get()).toBeNull();
    expect(endings).toEqual([]);

    const thief = createClient({ url: served.url, tokens: memoryTokens(before) });
    expect(await catchReason(thief.auth.me.query())).toBe("UNAUTHENTICATED");
  });

  test("auth.login does not renew the tokens that it replaces", async () => {
    const { client, network, tokens, input } = await signUp();
    await expireAccessToken(tokens);
    await client.auth.login.mutate({ email: input.email, password });
    expect(network.requests).toEqual([["auth.login"]]);
  });

  test("a token from the options is never renewed", async () => {
    const { client, user } = await signUp();
    const { secret } = await client.auth.apiKey.create.mutate({ name: "tool", scopes: ["read"] });
    const network = createRecordingFetch();
    const tool = createClient({ url: served.url, token: secret, fetch: network.fetch });
    expect(await tool.auth.me.query()).toMatchObject({ id: user.id });

    const stranger = createClient({ url: served.url, token: `mdr_${"x".repeat(43)}`, fetch: network.fetch });
    expect(await catchReason(stranger.auth.me.query())).not.toBeNull();
    expect(countRefreshes(network.requests)).toBe(0);
  });
});

describe("renewing the access token", () => {
  test("calls with an expired token share one refresh before they are sent", async () => {
    const { client, network, tokens } = await signUp();
    const old = await readTokens(tokens);
    await expireAccessToken(tokens);
    await Promise.all(Array.from({ length: 10 }, () => client.auth.me.query()));
    expect(network.requests[0]).toEqual(["auth.refresh"]);
    expect(countRefreshes(network.requests)).toBe(1);
    expect((await readTokens(tokens)).refreshToken).not.toBe(old.refreshToken);
  });

  test("calls whose token is rejected share one refresh and are retried once", async () => {
    const { client, network, tokens, user } = await signUp();
    await corruptAccessToken(tokens);
    // Separate requests, so that each is rejected separately.
    const calls = Array.from({ length: 10 }, async (_, turn) => {
      await new Promise((resolve) => setTimeout(resolve, turn * 3));
      return client.auth.me.query();
    });
    for (const answer of await Promise.all(calls)) expect(answer.id).toBe(user.id);
    expect(countRefreshes(network.requests)).toBe(1);
  });

  test("a token that seems expired on arrival is used, because the local clock is wrong", async () => {
    const { client, network, tokens } = await signUp();
    await expireAccessToken(tokens);
    served.app.services.clock.advance(-7200);
    try {
      await client.auth.me.query();
      await client.auth.me.query();
      expect(countRefreshes(network.requests)).toBe(1);
    } finally {
      served.app.services.clock.advance(7200);
    }
  });

  test("a session ended elsewhere removes the tokens and reports the reason once", async () => {
    const { client, network, tokens, endings, input } = await signUp();
    const elsewhere = createClient({ url: served.url });
    await elsewhere.auth.login.mutate({ email: input.email, password });
    await elsewhere.auth.session.revokeOthers.mutate();

    const outcomes = await Promise.all(Array.from({ length: 5 }, () => catchReason(client.auth.me.query())));
    expect(new Set(outcomes)).toEqual(new Set(["UNAUTHENTICATED"]));
    expect(endings).toEqual(["SESSION_ENDED"]);
    expect(await tokens.get()).toBeNull();
    expect(countRefreshes(network.requests)).toBe(1);
  });

  test("a lost connection keeps the user signed in", async () => {
    const { client, network, tokens, endings } = await signUp();
    await expireAccessToken(tokens);
    network.cut = true;
    await expect(client.auth.me.query()).rejects.toSatisfy(isUnreachable);
    network.cut = false;
    expect(endings).toEqual([]);
    await client.auth.me.query();
  });

  test("a sign-in during a refresh takes precedence over the refreshed session", async () => {
    const { tokens, input } = await signUp();
    const other = createAccountInput();
    await createClient({ url: served.url }).auth.register.mutate(other);

    const paused = Promise.withResolvers<void>();
    const slow: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      if (response.url.includes("auth.refresh")) await paused.promise;
      return response;
    };
    const client = createClient({ url: served.url, tokens, fetch: slow });
    await expireAccessToken(tokens);
    const waiting = client.auth.me.query();
    const { user } = await client.auth.login.mutate({ email: other.email, password });
    paused.resolve();

    expect(await waiting).toMatchObject({ id: user.id });
    expect(await client.auth.me.query()).toMatchObject({ id: user.id });
    expect(input.email).not.toBe(user.email);
  });

  test("two clients with a shared storage exchange the refresh token once", async () => {
    const { tokens } = await signUp();
    const shared = withExclusiveAccess(tokens);
    const network = createRecordingFetch();
    const clients = Array.from({ length: 5 }, () =>
      createClient({ url: served.url, tokens: shared, fetch: network.fetch }),
    );
    await expireAccessToken(tokens);
    await Promise.all(clients.map((client) => client.auth.me.query()));
    expect(countRefreshes(network.requests)).toBe(1);
  });
});

/** Adds exclusive access to a storage, like a lock between processes. */
function withExclusiveAccess(store: TokenStore): TokenStore {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...store,
    exclusively<Result>(work: () => Promise<Result>) {
      const mine = last.then(work);
      last = mine.catch(() => {});
      return mine;
    },
  };
}

describe("in a browser with the refresh token in a cookie", () => {
  test("scripts cannot read it, and the session survives a reload", async () => {
    const browser = browserFetch();
    const open = () => createClient({ url: served.url, cookie: true, fetch: browser });
    const page = open();
    expect(await page.session.isSignedIn()).toBe(false);
    const answer = await page.auth.register.mutate(createAccountInput());
    expect(answer.refreshToken).toBeNull();

    const reloaded = open();
    expect(await reloaded.auth.me.query()).toMatchObject({ id: answer.user.id });

    await reloaded.auth.logout.mutate();
    expect(await open().session.isSignedIn()).toBe(false);
    expect(await page.session.isSignedIn()).toBe(true); // the access token is not checked until it is used
    expect(await catchReason(page.auth.me.query())).toBe("UNAUTHENTICATED");
    expect(await page.session.isSignedIn()).toBe(false);
  });

  test("onSignedOut is not called for a visitor who never signed in", async () => {
    const endings: Reason[] = [];
    const network = createRecordingFetch();
    const client = createClient({
      url: served.url,
      cookie: true,
      fetch: network.fetch,
      onSignedOut: (reason) => endings.push(reason),
    });
    expect(await catchReason(client.auth.me.query())).toBe("UNAUTHENTICATED");
    expect(await catchReason(client.auth.me.query())).toBe("UNAUTHENTICATED");
    expect(endings).toEqual([]);
    expect(countRefreshes(network.requests)).toBe(1);
  });
});

describe("over a WebSocket", () => {
  test("calls use the credentials of the current user", async () => {
    const { client, network, user, input } = await signUp({ transport: "ws" });
    await using socket: Client = client;
    expect(await socket.auth.me.query()).toMatchObject({ id: user.id });
    expect(network.requests).toEqual([]);

    await socket.auth.logout.mutate();
    expect(await catchReason(socket.auth.me.query())).toBe("UNAUTHENTICATED");
    await socket.auth.login.mutate({ email: input.email, password });
    expect(await socket.auth.me.query()).toMatchObject({ id: user.id });
  });

  test("a rejected token is renewed on a new connection", async () => {
    const { client, network, tokens, user } = await signUp({ transport: "ws" });
    await using socket: Client = client;
    await corruptAccessToken(tokens);
    const answers = await Promise.all([socket.auth.me.query(), socket.auth.me.query()]);
    expect(answers.map(({ id }) => id)).toEqual([user.id, user.id]);
    expect(countRefreshes(network.requests)).toBe(1);
  });
});

describe("a subscription", () => {
  /** Subscribes to the presence in a user's own document. */
  async function watchPresenceOfOwn() {
    const { client, network, tokens } = await signUp();
    const { id: workspaceId } = await client.workspace.create.mutate({ name: "Notes" });
    const { id: documentId } = await client.document.create.mutate({ workspaceId, title: "Plan" });
    const watch = () => client.presence.stream.subscribe({ documentId, clientId: 1 });
    return { client, network, tokens, watch };
  }

  test("continues over a new connection after a lost one", async () => {
    const { client, watch } = await watchPresenceOfOwn();
    let beginnings = 0;
    for await (const event of watch()) {
      if (event.type !== "snapshot") continue;
      beginnings += 1;
      if (beginnings === 2) break;
      served.dropSockets();
    }
    expect(beginnings).toBe(2);
    await client.close();
  });

  test("is retried with a new token when its token is rejected", async () => {
    const { client, network, tokens, watch } = await watchPresenceOfOwn();
    await corruptAccessToken(tokens);
    for await (const event of watch()) {
      expect(event.type).toBe("snapshot");
      break;
    }
    expect(countRefreshes(network.requests)).toBe(1);
    await client.close();
  });

  test("ends when the user signs out", async () => {
    const { client, watch } = await watchPresenceOfOwn();
    let beginnings = 0;
    for await (const event of watch()) {
      if (event.type !== "snapshot") continue;
      beginnings += 1;
      await client.auth.logout.mutate();
    }
    expect(beginnings).toBe(1);
  });
});

describe("requests", () => {
  test("calls of the same tick share requests of at most 20", async () => {
    const { client, network } = await signUp();
    await Promise.all(Array.from({ length: 45 }, () => client.auth.me.query()));
    expect(network.requests.map((paths) => paths.length)).toEqual([20, 20, 5]);
  });

  test("texts of some pages that are written in the same tick share a request, and longer ones have their own", async () => {
    const { client, network } = await signUp();
    const { id: workspaceId } = await client.workspace.create.mutate({ name: "Notes" });
    const before = network.requests.length;
    const lengths = [20_000, ...Array.from({ length: 22 }, () => 10_000)];
    const created = await Promise.all(
      lengths.map((length, n) =>
        client.document.create.mutate({ workspaceId, title: `Note ${n}`, content: "x".repeat(length) }),
      ),
    );
    expect(created.map(({ title, size }) => [title, size])).toEqual(
      lengths.map((length, n) => [`Note ${n}`, length]),
    );
    const sizes = network.requests.slice(before).map((paths) => paths.length);
    expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 2, 20]);
  });

  test("a long query input is sent in a body, which proxies do not truncate", async () => {
    const { client } = await signUp();
    const cursor = "字".repeat(500);
    expect(await catchReason(client.auth.session.list.query({ cursor }))).toBe("BAD_CURSOR");
  });
});

describe("errors", () => {
  test("have a reason and field errors", async () => {
    const { client, input } = await signUp();
    const taken = await client.auth.register.mutate(input).catch((error: unknown) => error);
    expect(isReason(taken, "EMAIL_TAKEN", "USERNAME_TAKEN")).toBe(true);
    expect(isReason(taken, "NOT_FOUND")).toBe(false);
    expect(isUnreachable(taken)).toBe(false);

    const bad = await client.auth.register
      .mutate({ ...createAccountInput(), password: "short" })
      .catch((error: unknown) => error);
    expect(reasonOf(bad)).toBe("BAD_INPUT");
    expect(Object.keys(fieldErrorsOf(bad))).toEqual(["password"]);
  });

  test("distinguish an unreachable server from a rejection", async () => {
    const gone = createClient({ url: "http://127.0.0.1:9" });
    const error = await gone.auth.me.query().catch((thrown: unknown) => thrown);
    expect(isUnreachable(error)).toBe(true);
    expect(reasonOf(error)).toBeNull();

    const abort = new AbortController();
    abort.abort();
    const aborted = await gone.auth.me
      .query(undefined, { signal: abort.signal })
      .catch((thrown: unknown) => thrown);
    expect(isUnreachable(aborted)).toBe(false);
  });

  test("are thrown immediately for an invalid address", () => {
    expect(() => createClient({ url: "notes.example.com" })).toThrow(TypeError);
    expect(() => createClient({ url: "ftp://notes.example.com" })).toThrow(TypeError);
  });
});
