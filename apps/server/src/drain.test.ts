import { createClient } from "@mdreader/client";
import { describe, expect, test } from "vitest";

import { createPlainClient, catchFailure, password, register } from "../test/calls.ts";
import { serve, type Served } from "../test/serve.ts";
import { open, readUpgradeStatus } from "../test/socket.ts";
import { closeCodes } from "./ws/close-codes.ts";

/** Locks a user's row, so that updates wait until the lock is released. */
async function lockUser({ database: { database } }: Served, userId: string) {
  const locked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const done = database.sql.begin(async (sql) => {
    await sql`select from users where id = ${userId} for update`;
    locked.resolve();
    await released.promise;
  });
  await locked.promise;
  return async () => {
    released.resolve();
    await done;
  };
}

const readReadiness = async ({ url }: Served) => (await fetch(`${url}/health/ready`)).status;

describe("a stopping server", () => {
  test("finishes calls in flight, reports that it is not ready, and rejects new calls", async () => {
    await using served = await serve();
    const { api, user, accessToken } = await register(served);
    const socket = await open(served, accessToken);
    const idle = await open(served, accessToken);
    await Promise.all([socket.call("query", "auth.me"), idle.call("query", "auth.me")]);
    const release = await lockUser(served, user.id);
    const overHttp = api.auth.updateProfile.mutate({ fullName: "By HTTP" });
    const overSocket = socket.call("mutation", "auth.updateProfile", { fullName: "By socket" });
    await expect
      .poll(() =>
        served.database.database.sql`
      select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.then(
          ([row]) => row?.["n"],
        ),
      )
      .toBe(2);

    const closed = served.server.close();
    expect(served.server.close()).toBe(closed);
    expect(await readReadiness(served)).toBe(503);
    expect((await fetch(`${served.url}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${served.url}/health`)).json()).toMatchObject({ status: "draining" });
    expect(await catchFailure(api.auth.me.query())).toMatchObject({ reason: "UNAVAILABLE", httpStatus: 503 });
    expect(await readUpgradeStatus(served)).toBe(503);
    expect(await idle.closed).toBe(closeCodes.restart);
    expect(await socket.call("query", "auth.me")).toMatchObject({
      error: { data: { reason: "UNAVAILABLE" } },
    });

    await release();
    expect(await overHttp).toMatchObject({ id: user.id });
    expect(await overSocket).toMatchObject({ result: { data: { id: user.id } } });
    expect(await socket.closed).toBe(closeCodes.restart);
    await closed;
    await expect(fetch(served.url)).rejects.toThrow("fetch failed");
  });

  test("does not wait forever for calls that do not finish", async () => {
    await using served = await serve({ graceMs: 500 });
    const { api, user, accessToken } = await register(served);
    await using socket = await open(served, accessToken);
    await socket.call("query", "auth.me");
    const release = await lockUser(served, user.id);
    const never = api.auth.updateProfile.mutate({ fullName: "Late" }).catch((error: unknown) => error);
    const neither = socket
      .call("mutation", "auth.updateProfile", { fullName: "Late" })
      .catch((error: unknown) => error);
    await expect.poll(() => served.log.length).toBeGreaterThan(0);
    await served.server.close();
    expect(await never).toBeInstanceOf(Error);
    await socket.closed;
    await release();
    await neither;
  });

  test("gets its clients and their subscriptions back after a restart at the same address", async () => {
    await using first = await serve();
    await using api = createClient({ url: first.url });
    await api.auth.register.mutate({ email: "a@example.test", username: "ann", password });
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const { id } = await api.document.create.mutate({ workspaceId, title: "D" });
    const titles: string[] = [];
    const begun = Promise.withResolvers<void>();
    const subscription = api.document.changes.subscribe(
      { id },
      { onData: ({ data }) => (data.type === "meta" ? void titles.push(data.title) : begun.resolve()) },
    );
    await begun.promise;
    await first.server.close();

    await using second = await serve({
      env: {
        APP_PORT: String(first.server.port),
        DATABASE_URL: first.database.url,
        JWT_SECRET: first.secret,
      },
    });
    const { accessToken } = await createPlainClient(second).auth.login.mutate({
      email: "a@example.test",
      password,
    });
    await createPlainClient(second, accessToken).document.update.mutate({ id, title: "Renamed" });
    await expect.poll(() => titles).toEqual(["Renamed"]);
    subscription.unsubscribe();
  });
});
