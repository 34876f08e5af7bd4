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

function account() {
  const name = `user-${crypto.randomUUID().slice(0, 13)}`;
  return { email: `${name}@example.test`, username: name, password };
}

/** A client of someone who has just registered, and all that can be seen of it from outside. */
async function signedUp(options: Partial<ClientOptions> = {}) {
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
  const input = account();
  const { user } = await client.auth.register.mutate(input);
  network.requests.length = 0;
  return { client, network, tokens, endings, input, user };
}

async function kept(store: TokenStore): Promise<Tokens> {
  const tokens = await store.get();
  if (tokens === null) throw new Error("nobody is signed in");
  return tokens;
}

/** Makes this machine's clock say that the access token has expired. */
async function letExpire(store: TokenStore) {
  await store.set({ ...(await kept(store)), expiresAt: new Date(Date.now() - 1000).toISOString() });
}

/** An access token that the server does not take, with the refresh token that goes with it. */
async function spoil(store: TokenStore) {
  await store.set({ ...(await kept(store)), accessToken: "spoilt" });
}

const refreshes = (requests: string[][]) => requests.flat().filter((path) => path === "auth.refresh").length;

const failure = (call: Promise<unknown>) => call.then(() => null, reasonOf);

describe("signing in and out", () => {
  test("registering signs the client in, and so does logging in", async () => {
    const { client, input, user } = await signedUp();
    expect(await client.auth.me.query()).toMatchObject({ id: user.id });

    await using another = createClient({ url: served.url });
    expect(await another.session.isSignedIn()).toBe(false);
    await another.auth.login.mutate({ email: input.email, password });
    expect(await another.session.isSignedIn()).toBe(true);
    expect(await another.auth.me.query()).toMatchObject({ id: user.id });
  });

  test("logging out ends the session on the server and forgets the tokens, without calling it an accident", async () => {
    const { client, tokens, endings } = await signedUp();
    const before = await kept(tokens);
    await client.auth.logout.mutate();
    expect(await tokens.get()).toBeNull();
    expect(endings).toEqual([]);

    const thief = createClient({ url: served.url, tokens: memoryTokens(before) });
    expect(await failure(thief.auth.me.query())).toBe("UNAUTHENTICATED");
  });

  test("a log-in does not first renew the tokens that it replaces", async () => {
    const { client, network, tokens, input } = await signedUp();
    await letExpire(tokens);
    await client.auth.login.mutate({ email: input.email, password });
    expect(network.requests).toEqual([["auth.login"]]);
  });

  test("a token given at the start is used as it is", async () => {
    const { client, user } = await signedUp();
    const { secret } = await client.auth.apiKey.create.mutate({ name: "tool", scopes: ["read"] });
    const network = createRecordingFetch();
    const tool = createClient({ url: served.url, token: secret, fetch: network.fetch });
    expect(await tool.auth.me.query()).toMatchObject({ id: user.id });

    const stranger = createClient({ url: served.url, token: `mdr_${"x".repeat(43)}`, fetch: network.fetch });
    expect(await failure(stranger.auth.me.query())).not.toBeNull();
    expect(refreshes(network.requests)).toBe(0);
  });
});

describe("renewing the access token", () => {
  test("calls that find it expired share one refresh, made before they are sent", async () => {
    const { client, network, tokens } = await signedUp();
    const old = await kept(tokens);
    await letExpire(tokens);
    await Promise.all(Array.from({ length: 10 }, () => client.auth.me.query()));
    expect(network.requests[0]).toEqual(["auth.refresh"]);
    expect(refreshes(network.requests)).toBe(1);
    expect((await kept(tokens)).refreshToken).not.toBe(old.refreshToken);
  });

  test("calls that the server refuses share one refresh, and are then made once more", async () => {
    const { client, network, tokens, user } = await signedUp();
    await spoil(tokens);
    // One by one, so that they are refused one by one.
    const calls = Array.from({ length: 10 }, async (_, turn) => {
      await new Promise((resolve) => setTimeout(resolve, turn * 3));
      return client.auth.me.query();
    });
    for (const answer of await Promise.all(calls)) expect(answer.id).toBe(user.id);
    expect(refreshes(network.requests)).toBe(1);
  });

  test("a token that seems to expire as it comes is used all the same: the clock here is wrong", async () => {
    const { client, network, tokens } = await signedUp();
    await letExpire(tokens);
    served.app.services.clock.advance(-7200);
    try {
      await client.auth.me.query();
      await client.auth.me.query();
      expect(refreshes(network.requests)).toBe(1);
    } finally {
      served.app.services.clock.advance(7200);
    }
  });

  test("a session that was ended elsewhere is over: tokens forgotten, and the caller told why, once", async () => {
    const { client, network, tokens, endings, input } = await signedUp();
    const elsewhere = createClient({ url: served.url });
    await elsewhere.auth.login.mutate({ email: input.email, password });
    await elsewhere.auth.session.revokeOthers.mutate();

    const outcomes = await Promise.all(Array.from({ length: 5 }, () => failure(client.auth.me.query())));
    expect(new Set(outcomes)).toEqual(new Set(["UNAUTHENTICATED"]));
    expect(endings).toEqual(["SESSION_ENDED"]);
    expect(await tokens.get()).toBeNull();
    expect(refreshes(network.requests)).toBe(1);
  });

  test("a lost connection signs nobody out", async () => {
    const { client, network, tokens, endings } = await signedUp();
    await letExpire(tokens);
    network.cut = true;
    await expect(client.auth.me.query()).rejects.toSatisfy(isUnreachable);
    network.cut = false;
    expect(endings).toEqual([]);
    await client.auth.me.query();
  });

  test("who signs in while a refresh is under way stays signed in", async () => {
    const { tokens, input } = await signedUp();
    const other = account();
    await createClient({ url: served.url }).auth.register.mutate(other);

    const gate = Promise.withResolvers<void>();
    const slow: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      if (response.url.includes("auth.refresh")) await gate.promise;
      return response;
    };
    const client = createClient({ url: served.url, tokens, fetch: slow });
    await letExpire(tokens);
    const waiting = client.auth.me.query();
    const { user } = await client.auth.login.mutate({ email: other.email, password });
    gate.resolve();

    expect(await waiting).toMatchObject({ id: user.id });
    expect(await client.auth.me.query()).toMatchObject({ id: user.id });
    expect(input.email).not.toBe(user.email);
  });

  test("two clients that share a storage take turns, and exchange the refresh token once", async () => {
    const { tokens } = await signedUp();
    const shared = takingTurns(tokens);
    const network = createRecordingFetch();
    const clients = Array.from({ length: 5 }, () =>
      createClient({ url: served.url, tokens: shared, fetch: network.fetch }),
    );
    await letExpire(tokens);
    await Promise.all(clients.map((client) => client.auth.me.query()));
    expect(refreshes(network.requests)).toBe(1);
  });
});

/** The storage with a queue before it, as a lock between processes makes one. */
function takingTurns(store: TokenStore): TokenStore {
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
  test("no script sees it, and a reload goes on with the session", async () => {
    const browser = browserFetch();
    const open = () => createClient({ url: served.url, cookie: true, fetch: browser });
    const page = open();
    expect(await page.session.isSignedIn()).toBe(false);
    const answer = await page.auth.register.mutate(account());
    expect(answer.refreshToken).toBeNull();

    const reloaded = open();
    expect(await reloaded.auth.me.query()).toMatchObject({ id: answer.user.id });

    await reloaded.auth.logout.mutate();
    expect(await open().session.isSignedIn()).toBe(false);
    expect(await page.session.isSignedIn()).toBe(true); // its access token is not looked at until it is used
    expect(await failure(page.auth.me.query())).toBe("UNAUTHENTICATED");
    expect(await page.session.isSignedIn()).toBe(false);
  });

  test("a visitor who never signed in is not told that they were signed out", async () => {
    const endings: Reason[] = [];
    const network = createRecordingFetch();
    const client = createClient({
      url: served.url,
      cookie: true,
      fetch: network.fetch,
      onSignedOut: (reason) => endings.push(reason),
    });
    expect(await failure(client.auth.me.query())).toBe("UNAUTHENTICATED");
    expect(await failure(client.auth.me.query())).toBe("UNAUTHENTICATED");
    expect(endings).toEqual([]);
    expect(refreshes(network.requests)).toBe(1);
  });
});

describe("over a WebSocket", () => {
  test("calls are made as who is signed in at the time", async () => {
    const { client, network, user, input } = await signedUp({ transport: "ws" });
    await using socket: Client = client;
    expect(await socket.auth.me.query()).toMatchObject({ id: user.id });
    expect(network.requests).toEqual([]);

    await socket.auth.logout.mutate();
    expect(await failure(socket.auth.me.query())).toBe("UNAUTHENTICATED");
    await socket.auth.login.mutate({ email: input.email, password });
    expect(await socket.auth.me.query()).toMatchObject({ id: user.id });
  });

  test("a token that the server refuses is renewed, on a new connection", async () => {
    const { client, network, tokens, user } = await signedUp({ transport: "ws" });
    await using socket: Client = client;
    await spoil(tokens);
    const answers = await Promise.all([socket.auth.me.query(), socket.auth.me.query()]);
    expect(answers.map(({ id }) => id)).toEqual([user.id, user.id]);
    expect(refreshes(network.requests)).toBe(1);
  });
});

describe("a subscription", () => {
  /** Someone's view of who is in a document of theirs. */
  async function watched() {
    const { client, network, tokens } = await signedUp();
    const { id: workspaceId } = await client.workspace.create.mutate({ name: "Notes" });
    const { id: documentId } = await client.document.create.mutate({ workspaceId, title: "Plan" });
    const watch = () => client.presence.stream.subscribe({ documentId, clientId: 1 });
    return { client, network, tokens, watch };
  }

  test("goes on over a new connection when the one that it had is lost", async () => {
    const { client, watch } = await watched();
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

  test("that the server refuses for its token is made again with a new one", async () => {
    const { client, network, tokens, watch } = await watched();
    await spoil(tokens);
    for await (const event of watch()) {
      expect(event.type).toBe("snapshot");
      break;
    }
    expect(refreshes(network.requests)).toBe(1);
    await client.close();
  });

  test("ends when whoever made it signs out", async () => {
    const { client, watch } = await watched();
    let beginnings = 0;
    for await (const event of watch()) {
      if (event.type !== "snapshot") continue;
      beginnings += 1;
      await client.auth.logout.mutate();
    }
    expect(beginnings).toBe(1);
  });
});

describe("what travels", () => {
  test("calls of one moment share requests of at most 20", async () => {
    const { client, network } = await signedUp();
    await Promise.all(Array.from({ length: 45 }, () => client.auth.me.query()));
    expect(network.requests.map((paths) => paths.length)).toEqual([20, 20, 5]);
  });

  test("a long question goes in a body, where no proxy cuts it off", async () => {
    const { client } = await signedUp();
    const cursor = "字".repeat(500);
    expect(await failure(client.auth.session.list.query({ cursor }))).toBe("BAD_CURSOR");
  });
});

describe("errors", () => {
  test("say why, and which field", async () => {
    const { client, input } = await signedUp();
    const taken = await client.auth.register.mutate(input).catch((error: unknown) => error);
    expect(isReason(taken, "EMAIL_TAKEN", "USERNAME_TAKEN")).toBe(true);
    expect(isReason(taken, "NOT_FOUND")).toBe(false);
    expect(isUnreachable(taken)).toBe(false);

    const bad = await client.auth.register
      .mutate({ ...account(), password: "short" })
      .catch((error: unknown) => error);
    expect(reasonOf(bad)).toBe("BAD_INPUT");
    expect(Object.keys(fieldErrorsOf(bad))).toEqual(["password"]);
  });

  test("tell a server that is gone from one that refuses", async () => {
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

  test("an address that is none is told at once", () => {
    expect(() => createClient({ url: "notes.example.com" })).toThrow(TypeError);
    expect(() => createClient({ url: "ftp://notes.example.com" })).toThrow(TypeError);
  });
});
