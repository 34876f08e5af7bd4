import { idempotencyHeader } from "@mdreader/contract/idempotency";
import { describe, expect, vi } from "vitest";

import { test as base } from "../test/test.ts";
import { type ClientOptions, createClient } from "./client.ts";
import { isReason, isUnreachable } from "./errors.ts";
import { withIdempotencyKey } from "./idempotency.ts";
import type { CallFailure } from "./report-link.ts";

type Send = typeof fetch;

/** A request, with what the network does to it. */
interface Attempt {
  path: string;
  headers: Headers;
}

const readHeader = ({ headers }: Attempt, name: string) => headers.get(name);

const test = base
  /** Creates a client whose requests `disturb` may answer or fail. */
  .extend(
    "createCaller",
    ({ served, createPerson, cleanup }) =>
      async (
        disturb: (attempt: number, send: () => Promise<Response>) => Promise<Response>,
        options: Partial<ClientOptions> = {},
      ) => {
        const { client: owner } = await createPerson();
        const attempts: Attempt[] = [];
        const send: Send = (input, init) => {
          const { pathname } = new URL(String(input instanceof Request ? input.url : input));
          attempts.push({ path: pathname.replace("/trpc/", ""), headers: new Headers(init?.headers) });
          return disturb(attempts.length, () => fetch(input, init));
        };
        const token = (await owner.session.accessToken()) ?? "";
        const client = cleanup.use(createClient({ url: served.url, token, fetch: send, ...options }));
        return { client, owner, attempts };
      },
  );

const lose = async (send: () => Promise<Response>): Promise<Response> => {
  await send();
  throw new TypeError("fetch failed");
};
const refuse = (status: number, headers: Record<string, string> = {}) =>
  Promise.resolve(new Response("<h1>Sorry</h1>", { status, headers }));

describe("a call whose response is lost", () => {
  test("is sent again with the same idempotency key", async ({ createCaller }) => {
    const { client, attempts } = await createCaller((attempt, send) => (attempt === 1 ? lose(send) : send()));
    await client.workspace.create.mutate({ name: "Handbook" });
    const keys = attempts.map((attempt) => readHeader(attempt, idempotencyHeader));
    expect(keys).toEqual([expect.stringMatching(/^[\da-f]{32}$/), keys[0]]);
    await client.workspace.create.mutate({ name: "Other" });
    expect(readHeader(attempts[2] ?? { path: "", headers: new Headers() }, idempotencyHeader)).not.toBe(
      keys[0],
    );
  });

  test("has a key for each mutation of a batch, and may have one of the program", async ({
    createCaller,
  }) => {
    const { client, attempts } = await createCaller((_, send) => send());
    const names = ["A", "B", "C"];
    await Promise.all(names.map((name) => client.workspace.create.mutate({ name })));
    await client.workspace.create.mutate({ name: "D" }, withIdempotencyKey("import-2026-d"));
    await client.workspace.list.query({});
    expect(attempts.map((attempt) => readHeader(attempt, idempotencyHeader)?.split(",").length ?? 0)).toEqual(
      [3, 1, 0],
    );
    expect(readHeader(attempts[1] ?? { path: "", headers: new Headers() }, idempotencyHeader)).toBe(
      "import-2026-d",
    );
  });

  test("fails after two repetitions", async ({ createCaller }) => {
    const failures: CallFailure[] = [];
    const onError = (failure: CallFailure) => failures.push(failure);
    const { client, attempts } = await createCaller(() => Promise.reject(new TypeError("fetch failed")), {
      onError,
    });
    const error = await client.auth.me.query().catch((thrown: unknown) => thrown);
    expect([isUnreachable(error), attempts.length]).toEqual([true, 3]);
    expect(failures).toEqual([{ error, path: "auth.me", type: "query" }]);
  });

  test("is not repeated without retries, when it is aborted, and when it signs in or uses an emailed link", async ({
    createCaller,
  }) => {
    const gone = () => Promise.reject(new TypeError("fetch failed"));
    const once = await createCaller(gone, { retries: 0 });
    await once.client.auth.me.query().catch(() => {});
    expect(once.attempts.length).toBe(1);
    const { client, attempts } = await createCaller(gone, { token: undefined });
    await client.auth.login.mutate({ email: "ada@example.test", password: "wrong password" }).catch(() => {});
    expect(attempts.length).toBe(1);
    const token = "x".repeat(43);
    await client.auth.verifyEmail.mutate({ token }).catch(() => {});
    await client.auth.resetPassword.mutate({ token, newPassword: "correct horse battery" }).catch(() => {});
    await client.auth.requestPasswordReset.mutate({ email: "ada@example.test" }).catch(() => {});
    expect(attempts.map(({ path }) => path.replace("?batch=1", ""))).toEqual([
      "auth.login",
      "auth.verifyEmail",
      "auth.resetPassword",
      "auth.requestPasswordReset",
    ]);
    const stopped = await createCaller(gone, { retries: 100 });
    const controller = new AbortController();
    const call = stopped.client.auth.me
      .query(undefined, { signal: controller.signal })
      .catch((error: unknown) => error);
    await vi.waitFor(() => expect(stopped.attempts.length).toBeGreaterThan(0));
    controller.abort();
    expect(isUnreachable(await call)).toBe(false);
  });
});

describe("a call that the server can't process now", () => {
  test.for([502, 503, 504, 429])("is repeated after status %d", async (status, { createCaller }) => {
    const { client, attempts } = await createCaller((attempt, send) =>
      attempt === 1 ? refuse(status) : send(),
    );
    await client.auth.me.query();
    expect(attempts.length).toBe(2);
  });

  test("is repeated after the requested pause, unless that is long", async ({ createCaller }) => {
    const short = await createCaller((attempt, send) =>
      attempt === 1 ? refuse(503, { "retry-after": "1" }) : send(),
    );
    const start = performance.now();
    await short.client.auth.me.query();
    expect(performance.now() - start).toBeGreaterThanOrEqual(990);
    const long = await createCaller(() => refuse(429, { "retry-after": "60" }));
    await long.client.auth.me.query().catch(() => {});
    expect(long.attempts.length).toBe(1);
  });

  test("fails without being repeated when the client is closed", async ({ createCaller }) => {
    const { client, attempts } = await createCaller(() => refuse(503, { "retry-after": "9" }), {
      retries: 100,
    });
    const calls = [client.workspace.create.mutate({ name: "Handbook" }), client.auth.me.query()];
    const failures = Promise.allSettled(calls);
    await vi.waitFor(() => expect(attempts.length).toBe(2));
    await client.close();
    expect((await failures).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(attempts.length).toBe(2);
  });

  test("is not repeated after any other failure", async ({ createCaller }) => {
    const { client, attempts } = await createCaller((_, send) => send());
    const error = await client.workspace.get
      .query({ id: crypto.randomUUID() })
      .catch((thrown: unknown) => thrown);
    expect([isReason(error, "NOT_FOUND"), attempts.length]).toEqual([true, 1]);
    const broken = await createCaller(() => refuse(500));
    await broken.client.auth.me.query().catch(() => {});
    expect(broken.attempts.length).toBe(1);
  });

  test("fails in time if the server never answers, on both transports", async ({ createCaller }) => {
    const never = () => new Promise<Response>(() => {});
    const { client } = await createCaller(never, { timeoutMs: 100 });
    const error = await client.auth.me.query().catch((thrown: unknown) => thrown);
    expect([isUnreachable(error), String(error)]).toEqual([true, expect.stringContaining("in time")]);
    const closed = createClient({
      url: "http://127.0.0.1:65529",
      token: "x",
      transport: "ws",
      timeoutMs: 100,
    });
    const late = await closed.auth.me.query().catch((thrown: unknown) => thrown);
    expect([isUnreachable(late), String(late)]).toEqual([true, expect.stringContaining("in time")]);
    await closed.close();
  });
});

describe("the options of a client", () => {
  test("include headers, links, and a function that returns the token", async ({
    createCaller,
    createPerson,
  }) => {
    const { client: other } = await createPerson();
    const paths: string[] = [];
    let turn = 0;
    const { client, attempts } = await createCaller((_, send) => send(), {
      token: async () => (await other.session.accessToken()) ?? "",
      headers: () => ({ "x-request-id": `turn-${(turn += 1)}` }),
      links: [
        () =>
          ({ op, next }) => {
            paths.push(op.path);
            return next(op);
          },
      ],
    });
    expect((await client.auth.me.query()).id).toBe((await other.auth.me.query()).id);
    await client.auth.me.query();
    expect(attempts.map((attempt) => readHeader(attempt, "x-request-id"))).toEqual(["turn-1", "turn-2"]);
    expect(paths).toEqual(["auth.me", "auth.me"]);
  });
});
