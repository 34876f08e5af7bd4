import { request } from "node:http";
import { connect } from "node:net";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  createPlainBatchClient,
  bearer,
  createPlainClient,
  catchFailure,
  createAccountInput,
  password,
  post,
  readReason,
  register,
} from "../../../test/calls.ts";
import { serve, type Served } from "../../../test/serve.ts";

let served: Served;
beforeAll(async () => {
  served = await serve({ env: { CORS_ORIGINS: "https://friend.example" } });
});
afterAll(() => served[Symbol.asyncDispose]());

describe("calls over HTTP", () => {
  test("reach queries and mutations from tRPC's client", async () => {
    const { api, user } = await register(served);
    expect(await api.auth.me.query()).toMatchObject({ id: user.id });
    expect(await api.auth.updateProfile.mutate({ fullName: "Änne 字" })).toMatchObject({
      fullName: "Änne 字",
    });
  });

  test("in a batch are answered in order and independently", async () => {
    const { accessToken, user } = await register(served);
    const api = createPlainBatchClient(served, accessToken);
    const [me, missing, workspaces] = await Promise.allSettled([
      api.auth.me.query(),
      api.workspace.get.query({ id: crypto.randomUUID() }),
      api.workspace.list.query(),
    ]);
    expect(me).toMatchObject({ status: "fulfilled", value: { id: user.id } });
    expect(missing).toMatchObject({ reason: { data: { reason: "NOT_FOUND", httpStatus: 404 } } });
    expect(workspaces).toMatchObject({ value: { items: [], nextCursor: null } });
  });

  test("have their common status, or 207", async () => {
    const { accessToken } = await register(served);
    const get = async (paths: string, input = "{}") => {
      const url = `${served.url}/trpc/${paths}?batch=1&input=${encodeURIComponent(input)}`;
      const response = await fetch(url, { headers: bearer(accessToken) });
      await response.text();
      return response.status;
    };
    expect(await get("auth.me,auth.me")).toBe(200);
    expect(await get("auth.me,no.such")).toBe(207);
    expect(await get("no.such,nor.this")).toBe(404);
  });

  test("may use POST if they are too long for a URL, but mutations never use GET", async () => {
    const { accessToken, user } = await register(served);
    const query = await post(served, "auth.me", "", bearer(accessToken));
    expect(await query.json()).toMatchObject({ result: { data: { id: user.id } } });
    const change = await fetch(`${served.url}/trpc/auth.logout`, { headers: bearer(accessToken) });
    expect([change.status, await readReason(change)]).toEqual([405, "METHOD_NOT_SUPPORTED"]);
    const other = await fetch(`${served.url}/trpc/auth.me`, { method: "DELETE" });
    expect(other.status).toBe(405);
  });

  test("to subscriptions are rejected, unless they are a single GET, which streams", async () => {
    const { accessToken } = await register(served);
    const mutation = await post(served, "document.changes", {}, bearer(accessToken));
    expect(mutation.status).toBe(405);
    const url = `${served.url}/trpc/document.changes,auth.me?batch=1&input={}`;
    const batch = await fetch(url, { headers: bearer(accessToken) });
    expect(await batch.json()).toMatchObject([{ error: { data: { httpStatus: 405 } } }, { result: {} }]);
  });

  test("reject names of built-in object properties as unknown procedures", async () => {
    for (const path of ["__proto__", "constructor", "toString", "auth", "auth.", ".", "auth.me.x", ""]) {
      const response = await fetch(`${served.url}/trpc/${path}?input=%7B%7D`);
      expect([path, response.status]).toEqual([path, 404]);
    }
  });

  test("return the request ID, which is the caller's if it is valid", async () => {
    const named = await fetch(`${served.url}/trpc/auth.me`, { headers: { "x-request-id": "abc-123" } });
    expect(named.headers.get("x-request-id")).toBe("abc-123");
    expect(await named.json()).toMatchObject({ error: { data: { requestId: "abc-123" } } });
    const odd = await fetch(`${served.url}/trpc/auth.me`, { headers: { "x-request-id": "<script>" } });
    expect(odd.headers.get("x-request-id")).toMatch(/^[\w-]+$/);
  });

  test("are canceled when the client disconnects, and the next one is served", async () => {
    const { accessToken } = await register(served);
    const gone = request(`${served.url}/trpc/auth.me`, { headers: bearer(accessToken) });
    gone.on("error", () => {});
    gone.end();
    await new Promise((resolve) => gone.on("socket", (socket) => socket.on("connect", resolve)));
    gone.destroy();
    expect(await createPlainClient(served, accessToken).auth.me.query()).toBeTruthy();
  });
});

describe("bad requests", () => {
  test.for([
    ["no JSON", "{"],
    ["a number", "1"],
    ["a list", "[]"],
    ["the wrong fields", { mail: "x" }],
    ["a key that means something to JavaScript", '{"__proto__":{"email":"a@b.example"}}'],
    ["another one", { constructor: { prototype: {} } }],
    ["a NUL byte", { ...createAccountInput(), username: "a\0b" }],
    ["a lone surrogate", '{"email":"a@example.test","username":"\\ud800aa","password":"long enough"}'],
    ["a name of ten kilobytes", { ...createAccountInput(), username: "a".repeat(10 * 1024) }],
    ["deep nesting", `${"[".repeat(8000)}${"]".repeat(8000)}`],
    ["fields that registering has not", { ...createAccountInput(), role: "owner", emailVerified: true }],
  ] as const)("with %s are rejected with 400", async ([, body]) => {
    const response = await post(served, "auth.register", body);
    expect([response.status, await readReason(response)]).toEqual([400, "BAD_INPUT"]);
  });

  test("with a body that is not UTF-8 are rejected with 400", async () => {
    const body = Buffer.concat([Buffer.from('{"email":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const response = await fetch(`${served.url}/trpc/auth.login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(response.status).toBe(400);
  });

  test("with forged cursors, malformed URL encoding or invalid JSON are rejected with 400", async () => {
    const { accessToken, api } = await register(served);
    for (const cursor of ["x", "eyJh", "bnVsbA", "IjEi", "W10"]) {
      expect(await catchFailure(api.workspace.list.query({ cursor }))).toMatchObject({
        reason: "BAD_CURSOR",
      });
    }
    for (const path of [
      "auth.me%ff",
      "auth.me?input=%7B",
      "auth.me?batch=1&input=[]",
      "auth.me?batch=1&input=1",
    ]) {
      const response = await fetch(`${served.url}/trpc/${path}`, { headers: bearer(accessToken) });
      expect([path, response.status]).toEqual([path, 400]);
    }
  });

  test("with a batch that is too large are rejected with 400 before any call runs", async () => {
    const paths = Array.from({ length: 101 }, () => "auth.me").join(",");
    const refused = await fetch(`${served.url}/trpc/${paths}?batch=1`);
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      {
        error: {
          data: { reason: "BAD_INPUT", fieldErrors: { "": ["a batch may contain at most 100 calls"] } },
        },
      },
    ]);
    expect((await fetch(`${served.url}/trpc/${",".repeat(2000)}?batch=1`)).status).toBe(400);
    expect((await fetch(`${served.url}/trpc/${"%2c".repeat(2000)}?batch=1`)).status).toBe(400);
  });

  test("with an endless URL are rejected with 414 or 431", async () => {
    expect((await fetch(`${served.url}/trpc/auth.me?input=${"x".repeat(17_000)}`)).status).toBe(414);
    expect((await fetch(`${served.url}/trpc/auth.me?input=${"x".repeat(30_000)}`)).status).toBe(431);
  });

  test("with content types that other sites can send without a preflight are rejected with 415", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
    ]) {
      const response = await post(
        served,
        "auth.login",
        { email: "a@b.example", password },
        { "content-type": type },
      );
      expect([type, response.status]).toEqual([type, 415]);
    }
    const packed = await post(served, "auth.login", "{}", { "content-encoding": "gzip" });
    expect(packed.status).toBe(415);
  });
});

describe("a large body", () => {
  const tooMuch = 4 * 1024 * 1024;

  test("is rejected by its announced length before it arrives", async () => {
    const answer = await requestRaw(
      `POST /trpc/auth.login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${tooMuch}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"reason":"PAYLOAD_TOO_LARGE"');
  });

  test("is rejected while it arrives if no length was announced", async () => {
    const piece = Buffer.alloc(64 * 1024, " ");
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += piece.length;
        controller.enqueue(piece);
        if (sent > 64 * 1024 * 1024) controller.close();
      },
    });
    const response = await fetch(`${served.url}/trpc/auth.login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      duplex: "half",
    });
    expect([response.status, await readReason(response)]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  test("with a document of maximum size is accepted", async () => {
    const { api } = await register(served);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "Large" });
    const content = "\n".repeat(1024 * 1024); // two characters each in JSON
    const { id } = await api.document.create.mutate({ workspaceId, title: "Lines", content });
    expect((await api.document.get.query({ id })).content).toBe(content);
    const beyond = await catchFailure(
      api.document.create.mutate({ workspaceId, title: "More", content: "x".repeat(1_572_865) }),
    );
    expect(beyond).toMatchObject({ reason: "BAD_INPUT" });
  });

  /** Returns the response to a raw request. */
  function requestRaw(head: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = "";
      const socket = connect(served.server.port, "127.0.0.1", () => socket.write(head));
      socket.setEncoding("utf8");
      socket.on("data", (text) => (answer += text));
      socket.on("close", () => resolve(answer));
      socket.on("error", reject);
    });
  }
});

describe("the refresh cookie", () => {
  const signUp = (headers: Record<string, string> = {}) =>
    post(served, "auth.register", { ...createAccountInput(), refreshTokenDelivery: "cookie" }, headers);
  const readCookie = (response: Response) => response.headers.getSetCookie()[0]?.split(";")[0] ?? "";

  test("is hidden from scripts, limited to this site, and sent with calls only", async () => {
    const response = await signUp();
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^mdreader_refresh=[\w.-]+; Path=\/trpc; HttpOnly; SameSite=Strict; Expires=/);
    expect(await response.json()).toMatchObject({ result: { data: { refreshToken: null } } });
  });

  test("is renewed by a refresh and removed by signing out", async () => {
    const first = readCookie(await signUp());
    const refreshed = await post(served, "auth.refresh", "", { cookie: first });
    const second = readCookie(refreshed);
    expect(second).toMatch(/^mdreader_refresh=./);
    expect(second).not.toBe(first);
    const out = await post(served, "auth.logout", "", { cookie: second });
    expect(out.headers.getSetCookie()[0]).toMatch(/^mdreader_refresh=; .*Expires=Thu, 01 Jan 1970/);
    expect((await post(served, "auth.refresh", "", { cookie: second })).status).toBe(401);
  });

  test("is ignored if a sibling domain has set a second one", async () => {
    const [own, foreign] = [readCookie(await signUp()), readCookie(await signUp())];
    for (const cookie of [`${foreign}; ${own}`, `${own}; ${foreign}`]) {
      expect((await post(served, "auth.refresh", "", { cookie })).status).toBe(401);
    }
    expect((await post(served, "auth.refresh", "", { cookie: `${own}; ${own}` })).status).toBe(200);
  });

  test("is ignored in requests from other sites", async () => {
    const cookie = readCookie(await signUp());
    for (const origin of ["https://evil.example", "null", "http://127.0.0.1.evil.example"]) {
      const stolen = await post(served, "auth.refresh", "", { cookie, origin });
      expect([origin, stolen.status, stolen.headers.getSetCookie()]).toEqual([origin, 401, []]);
      await post(served, "auth.logout", "", { cookie, origin });
    }
    expect((await post(served, "auth.refresh", "", { cookie, origin: served.url })).status).toBe(200);
  });

  test("is not set for other sites unless they are listed", async () => {
    const foreign = await signUp({ origin: "https://evil.example" });
    expect([foreign.status, foreign.headers.getSetCookie()]).toEqual([400, []]);
    const listed = await signUp({ origin: "https://friend.example" });
    expect(readCookie(listed)).toMatch(/^mdreader_refresh=./);
  });

  test("is sent over HTTPS only if the app uses HTTPS", async () => {
    await using secure = await serve({ env: { APP_URL: "https://notes.example.com" } });
    const response = await post(secure, "auth.register", {
      ...createAccountInput(),
      refreshTokenDelivery: "cookie",
    });
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Secure-mdreader_refresh=.*; Secure;/);
    expect(response.headers.get("strict-transport-security")).toMatch(/max-age=\d+/);
  });
});

describe("pages of other sites", () => {
  const preflight = (origin: string) =>
    fetch(`${served.url}/trpc/auth.login`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    });

  test("may call and read responses if they are listed", async () => {
    const asked = await preflight("https://friend.example");
    expect(asked.headers.get("access-control-allow-origin")).toBe("https://friend.example");
    expect(asked.headers.get("access-control-allow-credentials")).toBe("true");
    expect(asked.headers.get("access-control-allow-headers")).toContain("content-type");
    const answer = await post(served, "auth.login", {}, { origin: "https://friend.example" });
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://friend.example");
    expect(answer.headers.get("vary")).toContain("origin");
  });

  test("may not call if they are not listed", async () => {
    for (const origin of ["https://evil.example", "https://friend.example.evil.example", "null"]) {
      expect((await preflight(origin)).headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});
