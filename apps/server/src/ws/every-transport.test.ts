import { describe, expect, test } from "vitest";
import { z } from "zod";

import { createPlainClient, password, readMetric, register } from "../../test/calls.ts";
import { serve } from "../../test/serve.ts";
import { type Subscriber, type SubscriptionCall, transports } from "../../test/subscriber.ts";
import { test as base } from "../../test/test.ts";

const withServer = base.extend("createWorkspace", ({ served }) => async () => {
  const owner = await register(served);
  const { id: workspaceId } = await owner.api.workspace.create.mutate({ name: "Team" });
  const { id } = await owner.api.document.create.mutate({ workspaceId, title: "Plan" });
  return { ...owner, workspaceId, id };
});

const change = z.object({ id: z.string(), data: z.object({ type: z.string(), seq: z.int() }) });

/** The changes that a subscription has received. */
const listChanges = ({ messages }: Subscriber, id: string) =>
  messages
    .filter((one) => one.id === id && one.result?.type === "data")
    .map(({ result }) => change.parse(result?.data));
const listNumbers = (subscriber: Subscriber, id: string) =>
  listChanges(subscriber, id).map(({ data }) => data.seq);
/** The error that ended a subscription. */
const findReason = ({ messages }: Subscriber, id: string) =>
  messages.find((one) => one.id === id && one.error !== undefined)?.error?.data.reason;

const follow = (id: string, lastEventId?: string): SubscriptionCall => ({
  id: "changes",
  path: "document.changes",
  input: { id },
  ...(lastEventId !== undefined && { lastEventId }),
});

describe.for(transports)("subscriptions over %s", ([, subscribe]) => {
  withServer(
    "start, deliver events in order, and resume after the last event ID",
    async ({ served, createWorkspace }) => {
      const { api, accessToken, workspaceId, id } = await createWorkspace();
      await using first = await subscribe(served, accessToken, [
        follow(id),
        { id: "events", path: "workspace.events", input: { workspaceId } },
      ]);
      await expect.poll(() => listNumbers(first, "changes")).toHaveLength(1);
      expect(first.messages.find((one) => one.id === "changes")?.result).toEqual({ type: "started" });
      const rename = (title: string) => api.document.update.mutate({ id, title });
      for (const title of ["A", "B", "C"]) await rename(title);
      await expect.poll(() => listNumbers(first, "changes")).toEqual([1, 2, 3, 4]);
      await first[Symbol.asyncDispose]();

      await rename("D");
      await rename("E");
      const last = listChanges(first, "changes").at(-1)?.id;
      await using second = await subscribe(served, accessToken, [follow(id, last)]);
      await expect.poll(() => listNumbers(second, "changes")).toEqual([5, 6]);
    },
  );

  withServer(
    "end within two seconds of a removal from the workspace, and others continue",
    async ({ served, createWorkspace }) => {
      const { api, workspaceId, id } = await createWorkspace();
      const member = await register(served);
      const { token } = await api.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
      await member.api.workspace.invitation.accept.mutate({ token });
      const own = await member.api.workspace.create.mutate({ name: "Own" });
      await using subscriber = await subscribe(served, member.accessToken, [
        follow(id),
        { id: "own", path: "workspace.events", input: { workspaceId: own.id } },
      ]);
      await expect.poll(() => listNumbers(subscriber, "changes")).toHaveLength(1);
      await api.workspace.member.remove.mutate({ workspaceId, userId: member.user.id });
      await expect.poll(() => findReason(subscriber, "changes"), { timeout: 2000 }).toBe("NOT_FOUND");
      await member.api.document.create.mutate({ workspaceId: own.id, title: "Mine" });
      await expect
        .poll(() => subscriber.messages.findLast((one) => one.id === "own")?.result)
        .toMatchObject({ type: "data" });
    },
  );

  withServer(
    "end within two seconds when the workspace requires a second factor that the reader lacks, and others continue",
    async ({ served, createWorkspace }) => {
      const { api, user, accessToken, workspaceId, id } = await createWorkspace();
      const member = await register(served);
      const { token } = await api.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
      await member.api.workspace.invitation.accept.mutate({ token });
      const { sql } = served.database.database;
      await sql`insert into second_factors (user_id, secret, last_used_step) values (${user.id}, '', 0)`;
      const key = await member.api.auth.apiKey.create.mutate({ name: "tool", scopes: ["read"] });
      const events = { id: "events", path: "workspace.events", input: { workspaceId } };
      await using own = await subscribe(served, accessToken, [follow(id)]);
      await using subscriber = await subscribe(served, member.accessToken, [follow(id), events]);
      await using keyed = await subscribe(served, key.secret, [follow(id), events]);
      for (const one of [own, subscriber, keyed])
        await expect.poll(() => listNumbers(one, "changes")).toHaveLength(1);
      await api.workspace.requireSecondFactor.mutate({ id: workspaceId, isRequired: true });
      for (const one of [subscriber, keyed])
        for (const name of ["changes", "events"])
          await expect
            .poll(() => findReason(one, name), { timeout: 2000 })
            .toBe("WORKSPACE_SECOND_FACTOR_REQUIRED");
      await api.document.update.mutate({ id, title: "Seen" });
      await expect.poll(() => listNumbers(own, "changes")).toHaveLength(2);
      expect(listNumbers(subscriber, "changes")).toHaveLength(1);
    },
  );

  withServer(
    "end within two seconds of the removal of a second factor that the workspace requires",
    async ({ served, createWorkspace }) => {
      const { user, accessToken, workspaceId, id } = await createWorkspace();
      const { sql } = served.database.database;
      await sql`insert into second_factors (user_id, secret, last_used_step) values (${user.id}, '', 0)`;
      await sql`update workspaces set second_factor_required = true where id = ${workspaceId}`;
      await using subscriber = await subscribe(served, accessToken, [follow(id)]);
      await expect.poll(() => listNumbers(subscriber, "changes")).toHaveLength(1);
      await sql`delete from second_factors where user_id = ${user.id}`;
      await expect
        .poll(() => findReason(subscriber, "changes"), { timeout: 4000 })
        .toBe("WORKSPACE_SECOND_FACTOR_REQUIRED");
    },
  );

  withServer(
    "end within two seconds of a sign-out, a password change, or the end of an API key",
    async ({ served, createWorkspace }) => {
      const { api, accessToken, email, id } = await createWorkspace();
      const key = await api.auth.apiKey.create.mutate({ name: "tool", scopes: ["read"] });
      const keyed = await subscribe(served, key.secret, [follow(id)]);
      const elsewhere = await createPlainClient(served).auth.login.mutate({ email, password });
      const other = await subscribe(served, elsewhere.accessToken, [follow(id)]);
      const own = await subscribe(served, accessToken, [follow(id)]);
      for (const one of [keyed, other, own]) {
        await expect.poll(() => listNumbers(one, "changes")).toHaveLength(1);
      }
      await api.auth.apiKey.revoke.mutate({ id: key.id });
      await keyed.closed;
      await api.auth.changePassword.mutate({
        currentPassword: password,
        newPassword: "another long password",
      });
      await other.closed;
      await api.auth.logout.mutate();
      await own.closed;
    },
  );

  withServer("end if only the database has the change", async ({ served, createWorkspace }) => {
    const { accessToken, user, id } = await createWorkspace();
    const subscriber = await subscribe(served, accessToken, [follow(id)]);
    await expect.poll(() => listNumbers(subscriber, "changes")).toHaveLength(1);
    const { sql } = served.database.database;
    await sql`update auth_sessions set revoked_at = now() where user_id = ${user.id}`;
    await subscriber.closed;
  });

  withServer("are recorded as a connection", async ({ served, createWorkspace }) => {
    const { api, accessToken, id } = await createWorkspace();
    const subscriber = await subscribe(served, accessToken, [
      { id: "room", path: "presence.stream", input: { documentId: id, clientId: 7 } },
    ]);
    await expect.poll(() => subscriber.messages.length).toBeGreaterThan(1);
    const { recorder } = served.server.services.presence;
    await recorder.flush();
    expect((await api.presence.connections.query()).items).toMatchObject([{ disconnectedAt: null }]);
    expect((await api.presence.list.query({ documentId: id })).people).toHaveLength(1);
    await subscriber[Symbol.asyncDispose]();
    await expect.poll(async () => (await api.presence.list.query({ documentId: id })).people).toEqual([]);
    await recorder.flush();
    expect((await api.presence.connections.query()).items[0]?.disconnectedAt).not.toBeNull();
  });

  test("are asked to reconnect before their token expires, and end with it", async () => {
    await using short = await serve({ env: { ACCESS_TOKEN_TTL: "8s" }, socketLimits: { renewalMs: 4000 } });
    const { api, accessToken } = await register(short);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const subscriber = await subscribe(short, accessToken, [
      { id: "events", path: "workspace.events", input: { workspaceId } },
    ]);
    await expect
      .poll(() => subscriber.messages, { timeout: 10_000 })
      .toContainEqual({ id: null, method: "reconnect" });
    await subscriber.closed;
  });

  test("end when the server stops", async () => {
    await using stopping = await serve();
    const { api, accessToken } = await register(stopping);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const subscriber = await subscribe(stopping, accessToken, [
      { id: "events", path: "workspace.events", input: { workspaceId } },
    ]);
    await expect.poll(() => subscriber.messages).toHaveLength(1);
    await Promise.all([stopping.server.close(), subscriber.closed]);
  });

  test("of a reader that stops reading use little memory, end, and resume without a gap", async () => {
    await using small = await serve({
      socketLimits: { maxBufferedBytes: 1024 * 1024, slowBytes: 128 * 1024, stallTimeoutMs: 3000 },
    });
    const { accessToken, api } = await register(small);
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "W" });
    const { id } = await api.document.create.mutate({ workspaceId, title: "D" });
    const { generation } = await api.document.pull.query({ id });
    const start = (after: number) => subscribe(small, accessToken, [follow(id, `${after}-${generation}`)]);
    const [deaf, quick] = [await start(1), await start(1)];
    for (const one of [deaf, quick]) await expect.poll(() => one.messages).toHaveLength(1);
    deaf.pause();

    const writes = 80;
    for (let version = 1; version <= writes; version += 1) {
      const text = String(version).repeat(50_000);
      await api.document.applyText.mutate({ id, baseVersion: version, text });
    }
    const last = writes + 1;
    await expect.poll(() => listNumbers(quick, "changes").at(-1)).toBe(last);
    expect(listNumbers(quick, "changes")).toEqual(Array.from({ length: last - 1 }, (_, n) => n + 2));
    const connections = async () =>
      (await readMetric(small, "mdreader_ws_connections")) +
      (await readMetric(small, "mdreader_stream_connections"));
    await expect.poll(connections, { timeout: 10_000 }).toBe(1);

    deaf.resume();
    await deaf.closed;
    const got = listNumbers(deaf, "changes");
    expect(got.length).toBeLessThan(last - 1);
    await using again = await start(got.at(-1) ?? 1);
    await expect.poll(() => listNumbers(again, "changes").at(-1)).toBe(last);
    expect([...got, ...listNumbers(again, "changes")]).toEqual(listNumbers(quick, "changes"));
    await quick[Symbol.asyncDispose]();
  });
});
