import type { AppRouter } from "@mdreader/api";
import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  httpBatchStreamLink,
  type TRPCLink,
  wsLink,
} from "@trpc/client";
import { describe, expect } from "vitest";

import { bearer, catchFailure, post, type Registered, register } from "../test/calls.ts";
import { test } from "../test/test.ts";

/** Clients that use only tRPC's own links, with their defaults. */

const connect = (link: TRPCLink<AppRouter>) => createTRPCClient<AppRouter>({ links: [link] });

/** Creates a workspace with documents. */
async function createDocuments({ api }: Registered, count: number): Promise<string[]> {
  const { id: workspaceId } = await api.workspace.create.mutate({ name: "Handbook" });
  const titles = Array.from({ length: count }, (_, number) => `Page ${number}`);
  return Promise.all(
    titles.map(
      async (title) => (await api.document.create.mutate({ workspaceId, title, content: title })).id,
    ),
  );
}

describe("tRPC's default links", () => {
  test.for([
    ["httpBatchLink", httpBatchLink],
    ["httpBatchStreamLink", httpBatchStreamLink],
  ] as const)(
    "%s: 100 calls of one tick share a request, and fail on their own",
    async ([, createLink], { served }) => {
      const person = await register(served);
      const ids = await createDocuments(person, 99);
      const api = connect(createLink({ url: `${served.url}/trpc`, headers: bearer(person.accessToken) }));
      const missing = catchFailure(api.document.get.query({ id: crypto.randomUUID() }));
      const all = await Promise.all(ids.map((id) => api.document.get.query({ id })));
      expect(all.map(({ id, content }) => [id, content])).toEqual(
        ids.map((id, number) => [id, `Page ${number}`]),
      );
      expect(await missing).toMatchObject({ reason: "NOT_FOUND", httpStatus: 404 });
      const more = Array.from({ length: 101 }, () => catchFailure(api.auth.me.query()));
      expect(await Promise.all(more)).toMatchObject(
        more.map(() => ({ reason: "BAD_INPUT", httpStatus: 400 })),
      );
    },
  );

  test("httpBatchStreamLink: mutations run, a fast response does not wait, and tokens are set as a cookie", async ({
    served,
  }) => {
    const { accessToken, email } = await register(served);
    const api = connect(httpBatchStreamLink({ url: `${served.url}/trpc`, headers: bearer(accessToken) }));
    const [one, other] = await Promise.all([
      api.workspace.create.mutate({ name: "One" }),
      api.workspace.create.mutate({ name: "Other" }),
    ]);
    expect([one.name, other.name]).toEqual(["One", "Other"]);
    const input = { email, password: "correct horse battery staple", refreshTokenDelivery: "cookie" };
    const signedIn = await post(
      served,
      "auth.login?batch=1",
      { 0: input },
      { "trpc-accept": "application/jsonl" },
    );
    expect([signedIn.status, signedIn.headers.getSetCookie().length]).toEqual([200, 1]);
    expect(await signedIn.text()).toMatch(
      /^\{"0":\[\[0\],\[null,0,0\]\]\}\n\[0,0,\[\[\{"result":.*\]\]\]\n$/,
    );
  });

  test("wsLink: 100 calls of one tick, and 50 subscriptions that survive a reconnection", async ({
    served,
  }) => {
    const person = await register(served);
    const ids = await createDocuments(person, 50);
    const client = createWSClient({
      url: served.socketUrl,
      connectionParams: { token: person.accessToken },
      retryDelayMs: () => 50,
    });
    const api = connect(wsLink({ client }));
    expect(await Promise.all([...ids, ...ids].map((id) => api.document.get.query({ id })))).toHaveLength(100);

    const started = new Map<string, number>();
    const failures: unknown[] = [];
    for (const id of ids) {
      api.document.changes.subscribe(
        { id },
        {
          onStarted: () => started.set(id, (started.get(id) ?? 0) + 1),
          onError: (error) => failures.push(error.data),
        },
      );
    }
    const hasStarted = (times: number) => () =>
      [...started.values()].filter((count) => count === times).length;
    await expect.poll(hasStarted(1)).toBe(50);
    client.connection?.ws.close();
    await expect.poll(hasStarted(2)).toBe(50);
    expect(failures).toEqual([]);
    await client.close();
  });
});
