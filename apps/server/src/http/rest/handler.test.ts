import { describe, expect } from "vitest";
import { z } from "zod";

import {
  createAccountInput,
  enableSecondFactor,
  password,
  readReason,
  register,
} from "../../../test/calls.ts";
import { test as base } from "../../../test/test.ts";

interface Call {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

const thing = z.looseObject({ id: z.string() });
const page = z.looseObject({ items: z.array(thing) });
const bearer = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  token_type: z.literal("bearer"),
  expires_in: z.int().min(3500).max(3600),
});

async function readAnswer<Schema extends z.ZodType>(schema: Schema, response: Response, status = 200) {
  const body: unknown = await response.json();
  expect([response.status, body]).toEqual([status, expect.anything()]);
  return schema.parse(body);
}

const test = base
  .extend("settings", { scope: "file" }, () => ({
    env: { CORS_ORIGINS: "https://friend.example" },
    limits: { "login.address": { points: 1000, durationSeconds: 60 } },
  }))
  /** Calls the API with plain HTTP and JSON. */
  .extend(
    "call",
    ({ served }) =>
      (address: string, { token, body, headers }: Call = {}): Promise<Response> => {
        const [method = "", path = ""] = address.split(" ", 2);
        return fetch(`${served.url}/api/v1${path}`, {
          method,
          headers: {
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...(body !== undefined && { "content-type": "application/json" }),
            ...headers,
          },
          ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
        });
      },
  )
  /** Creates a user with a workspace and a document. */
  .extend("createWriter", ({ served, call }) => async () => {
    const { accessToken: token, user } = await register(served);
    const workspace = await readAnswer(
      thing,
      await call("POST /workspaces", { token, body: { name: "Notes" } }),
      201,
    );
    const body = { workspaceId: workspace.id, title: "Plan", content: "# Plan\n" };
    const document = await readAnswer(thing, await call("POST /documents", { token, body }), 201);
    return { token, user, workspaceId: workspace.id, id: document.id };
  });

describe("signing in", () => {
  test("returns working tokens under their OAuth 2 names, too", async ({ call }) => {
    const account = createAccountInput();
    const registered = await readAnswer(bearer, await call("POST /auth/register", { body: account }), 201);
    const { email } = account;
    const loggedIn = await readAnswer(bearer, await call("POST /auth/login", { body: { email, password } }));
    const refreshToken = loggedIn.refresh_token;
    const refreshed = await readAnswer(bearer, await call("POST /auth/refresh", { body: { refreshToken } }));
    for (const { access_token: token } of [registered, loggedIn, refreshed]) {
      expect(await (await call("GET /auth/me", { token })).json()).toMatchObject({ email });
    }
    const out = await call("POST /auth/logout", { token: refreshed.access_token });
    expect([out.status, await out.text(), out.headers.get("content-type")]).toEqual([204, "", null]);
    const after = await call("GET /auth/me", { token: refreshed.access_token });
    expect([after.status, after.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });

  test("accepts the OAuth 2 password form, but not from other sites", async ({ call }) => {
    const account = createAccountInput();
    await call("POST /auth/register", { body: account });
    const body = new URLSearchParams({
      grant_type: "password",
      username: account.email,
      password,
    }).toString();
    const type = { "content-type": "application/x-www-form-urlencoded" };
    await readAnswer(bearer, await call("POST /auth/login", { body, headers: type }));
    const foreign = await call("POST /auth/login", {
      body,
      headers: { ...type, origin: "https://evil.example" },
    });
    expect(foreign.status).toBe(415);
    expect((await call("POST /workspaces", { body, headers: type })).status).toBe(415);
  });

  test("needs the code of a second factor as `otp`, which works once", async ({ served, call }) => {
    const { email, api } = await register(served);
    const { code } = await enableSecondFactor(api);
    const request = async (otp?: string) => {
      const fields = { grant_type: "password", username: email, password, ...(otp !== undefined && { otp }) };
      const response = await call("POST /auth/token", {
        body: new URLSearchParams(fields).toString(),
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
      return { status: response.status, body: await response.json() };
    };
    const refused = (reason: string) => ({ status: 400, body: { error: "invalid_grant", reason } });
    expect(await request()).toMatchObject(refused("SECOND_FACTOR_REQUIRED"));
    expect(await request("abcdef")).toMatchObject(refused("SECOND_FACTOR_WRONG"));
    expect(await request(code)).toMatchObject({ status: 200, body: { token_type: "bearer" } });
    expect(await request(code)).toMatchObject(refused("SECOND_FACTOR_WRONG"));
  });

  test.for([
    ["a form", "application/x-www-form-urlencoded"],
    ["JSON", "application/json"],
  ] as const)("accepts the OAuth 2 grants as %s", async ([, type], { call }) => {
    const account = createAccountInput();
    await call("POST /auth/register", { body: account });
    const request = (path: string, fields: Record<string, string>) => {
      const body = type === "application/json" ? fields : new URLSearchParams(fields).toString();
      return call(`POST ${path}`, { body, headers: { "content-type": type } });
    };
    const client = { client_id: "tool", client_secret: "none", scope: "" };
    const login = { ...client, grant_type: "password", username: account.email, password };
    const first = await readAnswer(bearer, await request("/auth/token", login));
    const renewal = { ...client, grant_type: "refresh_token" };
    const second = await readAnswer(
      bearer,
      await request("/auth/token", { ...renewal, refresh_token: first.refresh_token }),
    );
    const third = await readAnswer(
      bearer,
      await request("/auth/refresh", { refresh_token: second.refresh_token }),
    );
    expect((await call("GET /auth/me", { token: third.access_token })).status).toBe(200);

    const fail = async (path: string, fields: Record<string, string>) => {
      const response = await request(path, fields);
      return [response.status, await response.json()];
    };
    const wrong = { ...login, password: "wrong" };
    for (const path of ["/auth/token", "/auth/login"]) {
      expect(await fail(path, wrong)).toEqual([
        400,
        { error: "invalid_grant", error_description: expect.any(String), reason: "BAD_CREDENTIALS" },
      ]);
    }
    expect(await fail("/auth/refresh", { refresh_token: "forged" })).toMatchObject([
      400,
      { error: "invalid_grant" },
    ]);
    const unsupported = { grant_type: "client_credentials", client_id: "tool" };
    expect(await fail("/auth/token", unsupported)).toMatchObject([400, { error: "unsupported_grant_type" }]);
    expect(await fail("/auth/token", { grant_type: "password" })).toMatchObject([
      400,
      { error: "invalid_request" },
    ]);
    expect(await fail("/auth/token", renewal)).toMatchObject([400, { error: "invalid_request" }]);
    for (let tries = 0; tries < 5; tries += 1) await fail("/auth/token", wrong);
    const limited = await request("/auth/token", wrong);
    expect([limited.status, limited.headers.has("retry-after"), await limited.json()]).toMatchObject([
      429,
      true,
      { error: "temporarily_unavailable" },
    ]);
  });

  test("accepts the device code grant of RFC 8628", async ({ call }) => {
    const send = async (path: string, fields: Record<string, string>) => {
      const body = new URLSearchParams({ client_id: "A television", ...fields }).toString();
      const type = "application/x-www-form-urlencoded";
      const response = await call(`POST ${path}`, { body, headers: { "content-type": type } });
      return { status: response.status, answer: z.unknown().parse(await response.json()) };
    };
    const registered = await call("POST /auth/register", { body: createAccountInput() });
    const approver = bearer.parse(await registered.json());
    const authorize = async () =>
      z
        .object({
          device_code: z.string(),
          user_code: z.string(),
          expires_in: z.literal(600),
          interval: z.int(),
        })
        .parse((await send("/auth/device-authorization", { scope: "all" })).answer);
    const grant = (device_code: string) => ({
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code,
    });
    const decide = (code: string, decision: string) =>
      call(`POST /auth/devices/${code}/${decision}`, { token: approver.access_token });

    const device = await authorize();
    const fail = async (code: string) => (await send("/auth/token", grant(code))).answer;
    expect(await fail(device.device_code)).toMatchObject({ error: "authorization_pending" });
    expect(await fail(device.device_code)).toMatchObject({ error: "slow_down" });
    const seen = await call(`GET /auth/devices/${device.user_code}`, { token: approver.access_token });
    expect(await seen.json()).toMatchObject({ clientName: "A television" });
    expect((await decide(device.user_code, "approve")).status).toBe(204);
    const { status, answer } = await send("/auth/token", grant(device.device_code));
    expect([status, answer]).toMatchObject([200, { token_type: "bearer" }]);
    const { access_token: token } = bearer.parse(answer);
    expect((await call("GET /auth/me", { token })).status).toBe(200);
    expect(await fail(device.device_code)).toMatchObject({ error: "expired_token" });

    const denied = await authorize();
    await decide(denied.user_code, "deny");
    expect(await send("/auth/device-token", grant(denied.device_code))).toMatchObject({
      status: 400,
      answer: { error: "access_denied" },
    });
    expect(await send("/auth/token", { grant_type: grant("").grant_type })).toMatchObject({
      status: 400,
      answer: { error: "invalid_request" },
    });
  });

  test("sets no cookies", async ({ call }) => {
    const body = { ...createAccountInput(), refreshTokenDelivery: "cookie" };
    const answer = await call("POST /auth/register", { body });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([400, []]);
  });
});

describe("a procedure over REST", () => {
  test("is called by method and path, with the other input in the query or the body", async ({
    createWriter,
    call,
  }) => {
    const { token, workspaceId, id } = await createWriter();
    const read = await call(`GET /documents/${id}`, { token });
    expect(await read.json()).toMatchObject({ id, title: "Plan", content: "# Plan\n", role: "owner" });

    const changed = await call(`PATCH /documents/${id}`, { token, body: { title: "The plan" } });
    expect([changed.status, await changed.json()]).toMatchObject([200, { title: "The plan" }]);

    for (const address of [
      `GET /documents?workspaceId=${workspaceId}&limit=10`,
      `GET /workspaces/${workspaceId}/documents?folderId=`,
      `GET /documents/search?workspaceId=${workspaceId}&query=plan`,
      `GET /workspaces/${workspaceId}/documents/search?query=plan`,
    ]) {
      const { items } = await readAnswer(page, await call(address, { token }));
      expect([address, items.map((item) => item.id)]).toEqual([address, [id]]);
    }
    expect((await call(`DELETE /documents/${id}`, { token })).status).toBe(204);
    expect(await readReason(await call(`GET /documents/${id}`, { token }))).toBe("NOT_FOUND");
    expect((await call(`POST /documents/${id}/restore`, { token })).status).toBe(200);
  });

  test("may have a second address", async ({ createWriter, call }) => {
    const { token, workspaceId } = await createWriter();
    for (const address of [
      "GET /workspaces",
      "GET /workspaces/my-workspaces",
      "GET /workspaces/?deleted=false",
    ]) {
      const { items } = await readAnswer(page, await call(address, { token }));
      expect([address, items.map((item) => item.id)]).toEqual([address, [workspaceId]]);
    }
    const deleted = await readAnswer(page, await call("GET /workspaces?deleted=true", { token }));
    expect(deleted.items).toEqual([]);
  });

  test("accepts PUT as PATCH, and HEAD as GET without a body", async ({ createWriter, call }) => {
    const { token, id } = await createWriter();
    const put = await call(`PUT /documents/${id}`, { token, body: { content: "# New\n", overwrite: true } });
    expect([put.status, await put.json()]).toMatchObject([200, { content: "# New\n" }]);
    const head = await call(`HEAD /documents/${id}`, { token });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test("accepts API keys with the required scope", async ({ createWriter, call }) => {
    const { token, id } = await createWriter();
    const body = { name: "tool", scopes: ["read"] };
    const made = await call("POST /auth/api-keys", { token, body });
    const { secret } = await readAnswer(z.object({ secret: z.string() }), made, 201);
    expect((await call(`GET /documents/${id}`, { token: secret })).status).toBe(200);
    const write = await call(`DELETE /documents/${id}`, { token: secret });
    expect([write.status, await readReason(write)]).toEqual([403, "SCOPE_MISSING"]);
  });
});

describe("an error over REST", () => {
  test("has the status and reason of the procedure", async ({ createWriter, call, served }) => {
    const { token, id, workspaceId } = await createWriter();
    const account = createAccountInput();
    await call("POST /auth/register", { body: account });
    const stranger = await register(served);
    const tries: [string, Call, number, string][] = [
      ["GET /auth/me", {}, 401, "UNAUTHENTICATED"],
      ["GET /auth/me", { token: "nonsense" }, 401, "TOKEN_INVALID"],
      [`GET /documents/${id}`, { token: stranger.accessToken }, 404, "NOT_FOUND"],
      [`GET /documents/${crypto.randomUUID()}`, { token }, 404, "NOT_FOUND"],
      ["POST /auth/register", { body: account }, 409, "EMAIL_TAKEN"],
      [`POST /workspaces/${workspaceId}/leave`, { token }, 409, "LAST_OWNER"],
      ["GET /documents/1", { token }, 400, "BAD_INPUT"],
      ["GET /documents/%ff", { token }, 400, "BAD_INPUT"],
      [`GET /documents?workspaceId=${workspaceId}&limit=many`, { token }, 400, "BAD_INPUT"],
      [`GET /documents?workspaceId=${workspaceId}&limit=1&limit=2`, { token }, 400, "BAD_INPUT"],
      [`GET /documents?workspaceId=${workspaceId}&owner=me`, { token }, 400, "BAD_INPUT"],
      [`GET /documents?workspaceId=${workspaceId}&cursor=x`, { token }, 400, "BAD_CURSOR"],
      ["POST /workspaces", { token, body: { name: "" } }, 400, "BAD_INPUT"],
      ["POST /workspaces", { token, body: { name: "x", ownerId: "y" } }, 400, "BAD_INPUT"],
      ["POST /workspaces", { token, body: "{" }, 400, "BAD_INPUT"],
      ["POST /workspaces", { token, body: "[]" }, 400, "BAD_INPUT"],
      ["POST /workspaces", { token, body: '{"__proto__":{"name":"x"}}' }, 400, "BAD_INPUT"],
      [`PATCH /documents/${id}`, { token, body: { id, title: "x" } }, 400, "BAD_INPUT"],
      [`PATCH /documents/${id}`, { token, body: { content: "x" } }, 428, "BASE_VERSION_REQUIRED"],
      ["POST /workspaces", { token, body: " ".repeat(4_000_000) }, 413, "PAYLOAD_TOO_LARGE"],
      [
        "POST /workspaces",
        { token, body: "{}", headers: { "content-type": "text/plain" } },
        415,
        "BAD_INPUT",
      ],
      ["GET /nothing", { token }, 404, "NOT_FOUND"],
      ["GET /", { token }, 404, "NOT_FOUND"],
      ["GET /documents/a/b/c", { token }, 404, "NOT_FOUND"],
      ["DELETE /auth/me", { token }, 405, "METHOD_NOT_SUPPORTED"],
    ];
    for (const [address, what, status, reason] of tries) {
      const answer = await call(address, what);
      expect([address, answer.status, await readReason(answer)]).toEqual([address, status, reason]);
    }
  });

  test("names the invalid field, and the methods that a path allows", async ({ createWriter, call }) => {
    const { token } = await createWriter();
    const bad = await call("POST /workspaces", { token, body: { name: "" } });
    expect(await bad.json()).toMatchObject({
      error: { data: { fieldErrors: { name: [expect.any(String)] } } },
    });
    expect((await call("DELETE /auth/me")).headers.get("allow")).toBe("GET, PATCH");
  });

  test("names a field that is set more than once and is not a list", async ({ createWriter, call }) => {
    const { token, workspaceId } = await createWriter();
    const address = `GET /documents?workspaceId=${workspaceId}&limit=1&limit=2`;
    const bad = await call(address, { token });
    expect([bad.status, await bad.text()]).toEqual([400, expect.stringContaining("limit is set more")]);
  });

  test("counts toward the same rate limits, and includes Retry-After", async ({ call, served }) => {
    const { email } = createAccountInput();
    const body = { email, password };
    const answers = await Promise.all(Array.from({ length: 8 }, () => call("POST /auth/login", { body })));
    const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const limited = answers.find(({ status }) => status === 429);
    expect(Number(limited?.headers.get("retry-after"))).toBeGreaterThan(0);
    const overTrpc = await fetch(`${served.url}/trpc/auth.login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(overTrpc.status).toBe(429);
  });
});

describe("pages of other sites", () => {
  test("may use all methods if they are listed", async ({ call }) => {
    const headers = { origin: "https://friend.example", "access-control-request-method": "PATCH" };
    const preflight = await call("OPTIONS /auth/me", { headers });
    expect(preflight.headers.get("access-control-allow-origin")).toBe("https://friend.example");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("PATCH");
    const foreign = await call("GET /auth/me", { headers: { origin: "https://evil.example" } });
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("the metrics", () => {
  test("are labeled by procedure, never by values from callers", async ({ call, served }) => {
    await call("GET /made-up");
    await call("GET /auth/me");
    const text = await (await fetch(`${served.url}/metrics`)).text();
    expect(text).toContain('route="rest auth.me"');
    expect(text).toContain('route="rest unknown"');
    expect(text).not.toContain("made-up");
  });
});
