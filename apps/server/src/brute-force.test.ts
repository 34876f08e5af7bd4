import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  createPlainBatchClient,
  createPlainClient,
  catchFailure,
  createAccountInput,
  password,
  post,
  register,
} from "../test/calls.ts";
import { serve, type Served } from "../test/serve.ts";
import { open } from "../test/socket.ts";

const wrong = "not the password";

describe("guessing passwords", () => {
  /** Longer than the tests take. */
  const window = 600;
  let served: Served;
  beforeAll(async () => {
    served = await serve({
      env: { TRUST_PROXY: "1" },
      limits: {
        "login.account": { points: 5, durationSeconds: window },
        "login.address": { points: 20, durationSeconds: window },
      },
    });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  /** Returns how many guesses were checked. */
  const lookedAt = (statuses: number[]) => statuses.filter((status) => status === 401).length;
  const guess = async (email: string, from: string) => {
    const answer = await post(served, "auth.login", { email, password: wrong }, { "x-forwarded-for": from });
    await answer.text();
    return answer.status;
  };

  test("is counted per call in batches, over sockets and with forged addresses", async () => {
    const { email } = await register(served);
    const input = { email, password: wrong };
    const inBatch = createPlainBatchClient(served);
    await using socket = await open(served, null);
    const reasons = await Promise.all([
      ...Array.from(
        { length: 20 },
        async () => (await catchFailure(inBatch.auth.login.mutate(input)))?.reason,
      ),
      ...Array.from(
        { length: 8 },
        async () => (await socket.call("mutation", "auth.login", input)).error?.data.reason,
      ),
      // Addresses to the left of the one that the proxy saw are forged.
      ...Array.from({ length: 20 }, async (_, n) =>
        (await guess(email, `10.0.0.${n}, 127.0.0.1`)) === 401 ? "BAD_CREDENTIALS" : "RATE_LIMITED",
      ),
    ]);
    expect(reasons.filter((reason) => reason === "BAD_CREDENTIALS").length).toBeLessThanOrEqual(5);
    expect(new Set(reasons)).toEqual(new Set(["BAD_CREDENTIALS", "RATE_LIMITED"]));

    const limited = await post(served, "auth.login", { email, password });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("is possible again after some time", async () => {
    await using brief = await serve({ limits: { "login.account": { points: 1, durationSeconds: 3 } } });
    const { email } = await register(brief);
    const logIn = async (given: string) =>
      (await post(brief, "auth.login", { email, password: given })).status;
    await expect.poll(() => logIn(wrong)).toBe(429);
    await expect.poll(() => logIn(password), { interval: 500 }).toBe(200);
  });

  test("from many addresses of one IPv6 network counts as one address", async () => {
    const { email } = await register(served);
    const statuses = await Promise.all(
      Array.from({ length: 30 }, (_, n) => guess(email, `2001:db8:1:2::${(n + 1).toString(16)}`)),
    );
    expect(lookedAt(statuses)).toBe(5);
    expect(await guess(email, "2001:db8:1:3::1")).toBe(401);
  });

  test("of one password for many accounts is limited by address", async () => {
    const statuses = await Promise.all(
      Array.from({ length: 40 }, (_, n) => guess(`nobody-${n}@example.test`, "192.0.2.44")),
    );
    expect(lookedAt(statuses)).toBe(20);
  });
});

describe("guessing the password of a shared document", () => {
  test("is counted per call in batches and over sockets, and does not affect other addresses", async () => {
    await using served = await serve({ env: { TRUST_PROXY: "1" } });
    const { api } = await register(served);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "Notes" });
    const { id: documentId } = await api.document.create.mutate({ workspaceId, title: "Plan" });
    const { token } = await api.document.share.create.mutate({ documentId, password });
    const input = { token, password: wrong };
    const inBatch = createPlainBatchClient(served);
    await using socket = await open(served, null);
    const reasons = await Promise.all([
      ...Array.from({ length: 20 }, async () => {
        const refused = await catchFailure(inBatch.document.share.read.mutate(input));
        return refused?.reason;
      }),
      ...Array.from({ length: 8 }, async () => {
        const { error } = await socket.call("mutation", "document.share.read", input);
        return error?.data.reason;
      }),
    ]);
    expect(reasons.filter((reason) => reason === "SHARE_PASSWORD_WRONG")).toHaveLength(5);
    expect(new Set(reasons)).toEqual(new Set(["SHARE_PASSWORD_WRONG", "RATE_LIMITED"]));
    const read = (from: string) =>
      post(served, "document.share.read", { token, password }, { "x-forwarded-for": from });
    expect((await read("127.0.0.1")).status).toBe(429);
    expect((await read("192.0.2.7")).status).toBe(200);
  });
});

describe("signing in", () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test("returns the same error for a wrong password and a missing account", async () => {
    const { email } = await register(served);
    const answers = await Promise.all(
      [email, "nobody@example.test"].map(async (of) => {
        const answer = await post(
          served,
          "auth.login",
          { email: of, password: wrong },
          { "x-request-id": "same" },
        );
        return [answer.status, await answer.text()];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(401);
  });

  test("does not delay health checks while 20 attempts run", async () => {
    await using free = await serve({
      limits: { "login.address": { points: 1000, durationSeconds: 60 } },
      // Production's cost of a hash. A slow machine needs longer for all of them than a call may wait.
      passwordHashing: { maxWaitMs: 60_000 },
      callTimeoutSeconds: 60,
    });
    const waiting = new Set(Array.from({ length: 20 }, (_, n) => n));
    const statuses: number[] = [];
    const logins = Array.from(waiting, async (n) => {
      const answer = await post(free, "auth.login", { email: `nobody-${n}@example.test`, password: wrong });
      statuses.push(answer.status);
      waiting.delete(n);
    });
    let asked = 0;
    while (waiting.size > 0) {
      expect((await fetch(`${free.url}/health`)).status).toBe(200);
      asked += 1;
    }
    await Promise.all(logins);
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(asked).toBeGreaterThan(20);
  });

  test("is not delayed by another user's hundreds of password hashes", async () => {
    await using free = await serve({
      limits: { "share.protect": { points: 1000, durationSeconds: 60 } },
      // Production's cost of a hash.
      passwordHashing: {},
    });
    const { email, api } = await register(free);
    const busy = await register(free);
    const { id: workspaceId } = await busy.api.workspace.create.mutate({ name: "Notes" });
    const { id: documentId } = await busy.api.document.create.mutate({ workspaceId, title: "Plan" });
    let hashed = 0;
    const shares = Array.from({ length: 40 }, async () => {
      // On a slow machine, some calls time out.
      if ((await catchFailure(busy.api.document.share.create.mutate({ documentId, password }))) === null)
        hashed += 1;
    });
    expect((await post(free, "auth.login", { email, password })).status).toBe(200);
    expect(hashed).toBeLessThan(20);
    expect((await api.auth.me.query()).email).toBe(email);
    await Promise.all(shares);
  });

  test("creates one account of 20 registrations whose email addresses differ only in case", async () => {
    const { email, ...account } = createAccountInput();
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const spelt = email
          .split("")
          .map((letter, at) => (at % (n + 1) === 0 ? letter.toUpperCase() : letter))
          .join("");
        const error = await catchFailure(
          createPlainClient(served).auth.register.mutate({
            ...account,
            username: `${account.username}${n}`,
            email: spelt,
          }),
        );
        return error?.reason ?? "ok";
      }),
    );
    expect(statuses.toSorted()).toEqual([...Array.from({ length: 19 }, () => "EMAIL_TAKEN"), "ok"]);
  });

  test("writes no token or password to the log, on success or failure", async () => {
    const { email, accessToken, refreshToken, api } = await register(served);
    await catchFailure(createPlainClient(served).auth.login.mutate({ email, password: wrong }));
    const renewed = await createPlainClient(served).auth.refresh.mutate({ refreshToken });
    await fetch(`${served.url}/trpc/auth.me?token=${accessToken}`, {
      headers: { authorization: `Bearer ${accessToken}`, cookie: `mdreader_refresh=${refreshToken}` },
    });
    await using socket = await open(served, accessToken);
    await socket.call("query", "auth.me");
    await socket.call("mutation", "auth.login", { email, password: wrong, extra: accessToken });
    const { secret } = await api.auth.apiKey.create.mutate({ name: "tool", scopes: ["read"] });
    await post(served, "auth.register", `{"password":"${password}`);
    await socket[Symbol.asyncDispose]();

    await expect.poll(() => served.log).toContain("socket closed");
    expect(served.log).toContain('"path":"/trpc/auth.login"');
    for (const said of [password, wrong, accessToken, refreshToken, secret, renewed.accessToken]) {
      expect(served.log).not.toContain(said);
    }
    expect(served.log).not.toMatch(/eyJ[\w-]{10}/);
  });
});
