import { connect, type Socket } from "node:net";

import { describe, expect } from "vitest";

import {
  bearer,
  catchFailure,
  readMetric,
  createAccountInput,
  post,
  readReason,
  register,
} from "../../test/calls.ts";
import { serve, type Served } from "../../test/serve.ts";
import { test as base } from "../../test/test.ts";

const KiB = 1024;

const test = base.extend(
  "rest",
  ({ served }) =>
    (path: string, body: string, type: string, headers: Record<string, string> = {}) =>
      fetch(`${served.url}/api/v1${path}`, {
        method: "POST",
        headers: { "content-type": type, ...headers },
        body,
      }),
);

describe("before sign-in", () => {
  test("forms and JSON bodies of more than 16 KB are rejected regardless of their content", async ({
    rest,
  }) => {
    const form = "application/x-www-form-urlencoded";
    for (const [body, type] of [
      ["a&".repeat(9 * KiB), form],
      ["[".repeat(17 * KiB), "application/json"],
      [JSON.stringify({ email: "x".repeat(17 * KiB) }), "application/json"],
    ] as const) {
      const answer = await rest("/auth/login", body, type);
      // A form is a token request of OAuth, whose errors have a form of their own.
      const reason = type === form ? await answer.json() : { reason: await readReason(answer) };
      expect(answer.status).toBe(413);
      expect(reason).toMatchObject({ reason: "PAYLOAD_TOO_LARGE" });
    }
    expect((await rest("/auth/login", "a&".repeat(4 * KiB), form)).status).toBe(400);
  });

  test("a large body for an authenticated procedure is rejected with the token's error", async ({
    served,
  }) => {
    const body = { id: crypto.randomUUID(), content: "x".repeat(100 * KiB) };
    const reasons = async (headers: Record<string, string>) =>
      readReason(await post(served, "document.update", body, headers));
    expect(await reasons({})).toBe("UNAUTHENTICATED");
    expect(await reasons(bearer("made.up.token"))).toBe("TOKEN_INVALID");
    expect(await reasons(bearer(`mdr_${"x".repeat(43)}`))).toBe("SESSION_ENDED");
    const { accessToken, api } = await register(served);
    await api.auth.logout.mutate();
    expect(await reasons(bearer(accessToken))).toBe("SESSION_ENDED");
  });

  test("an authenticated caller gets no larger limit for passwords", async ({ served }) => {
    const { accessToken } = await register(served);
    const large = { ...createAccountInput(), username: "a".repeat(17 * KiB) };
    const answer = await post(served, "auth.register", large, bearer(accessToken));
    expect(await readReason(answer)).toBe("PAYLOAD_TOO_LARGE");
  });
});

describe("after sign-in", () => {
  test("a call accepts 64 KB, or the size of a document if it carries one", async ({ served }) => {
    const { accessToken, api } = await register(served);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const large = { name: "x".repeat(65 * KiB) };
    const named = await post(served, "workspace.create", large, bearer(accessToken));
    expect(await readReason(named)).toBe("PAYLOAD_TOO_LARGE");
    const content = "x".repeat(1024 * KiB);
    const text = await api.document.create.mutate({ workspaceId, title: "D", content });
    expect(text.size).toBe(1024 * KiB);
    const imported = await api.document.import.mutate({ workspaceId, title: "I", content });
    expect(imported.created).toBe(1);
  });

  test("deeply nested JSON is rejected before it is parsed", async ({ served }) => {
    const { accessToken } = await register(served);
    const answer = await post(served, "document.create", "[".repeat(3_000_000), bearer(accessToken));
    expect([answer.status, await readReason(answer)]).toEqual([400, "BAD_INPUT"]);
  });

  test("an input with thousands of errors is rejected with the first", async ({ served }) => {
    const { accessToken } = await register(served);
    const wrong = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`field-${n}`, n]));
    const answer = await post(served, "workspace.create", wrong, bearer(accessToken));
    expect(answer.status).toBe(400);
    expect((await answer.text()).length).toBeLessThan(8 * KiB);
  });
});

describe("bodies in flight", () => {
  /** Sends a body without its last byte. */
  async function beginBody(
    at: Served,
    bytes: number,
    token?: string,
  ): Promise<{ socket: Socket; answer: () => string }> {
    const socket = connect(at.server.port, "127.0.0.1");
    let answer = "";
    socket.setEncoding("utf8").on("data", (text) => (answer += text));
    socket.on("error", () => {});
    const auth = token === undefined ? "" : `Authorization: Bearer ${token}\r\n`;
    const path = token === undefined ? "auth.login" : "document.create";
    socket.write(
      `POST /trpc/${path} HTTP/1.1\r\nHost: x\r\n${auth}Content-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`,
    );
    await new Promise((resolve) => socket.write("x".repeat(bytes - 1), resolve));
    return { socket, answer: () => answer };
  }

  test("share a limit per network before sign-in, and per user after it", async () => {
    await using small = await serve({
      memoryLimits: {
        unauthenticated: { perOwner: 30 * KiB, total: 100 * KiB },
        authenticated: { perOwner: 150 * KiB, total: 1000 * KiB },
      },
    });
    const { accessToken, api } = await register(small);
    for (const [bytes, token] of [
      [14 * KiB, undefined],
      [70 * KiB, accessToken],
    ] as const) {
      const first = [await beginBody(small, bytes, token), await beginBody(small, bytes, token)];
      const kind = token === undefined ? "unauthenticated" : "authenticated";
      await expect.poll(() => readMetric(small, `mdreader_${kind}_buffered_bytes`)).toBe(2 * bytes - 2);
      const third = await beginBody(small, bytes, token);
      await expect.poll(third.answer).toMatch(/^HTTP\/1\.1 429 [^]*RATE_LIMITED/);
      expect(first.map(({ answer }) => answer())).toEqual(["", ""]);
      for (const { socket } of [...first, third]) socket.destroy();
      await expect.poll(() => readMetric(small, `mdreader_${kind}_buffered_bytes`)).toBe(0);
    }
    expect(await catchFailure(api.workspace.create.mutate({ name: "W" }))).toBeNull();
  });
});
