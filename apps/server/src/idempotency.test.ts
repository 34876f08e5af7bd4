import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

import { contractHeader, contractVersion, emptyResult, idempotencyHeader } from "@mdreader/contract";
import { describe, expect } from "vitest";
import { z } from "zod";

import { bearer, password, post, readReason, register } from "../test/calls.ts";
import { serve } from "../test/serve.ts";
import { open } from "../test/socket.ts";
import { test as base } from "../test/test.ts";
import { compressibleQueries, procedures } from "./procedures.ts";

const created = z.object({ id: z.string(), title: z.string() });

const test = base
  /** Calls a mutation with an idempotency key. */
  .extend(
    "call",
    ({ served }) =>
      (path: string, input: unknown, token: string, key: string) =>
        post(served, path, input, { ...bearer(token), [idempotencyHeader]: key }),
  )
  .extend("createTeam", ({ served }) => async () => {
    const owner = await register(served);
    const { id: workspaceId } = await owner.api.workspace.create.mutate({ name: "Handbook" });
    const join = async (role: "editor" | "viewer") => {
      const person = await register(served);
      const { token } = await owner.api.workspace.invitation.create.mutate({ workspaceId, role });
      await person.api.workspace.invitation.accept.mutate({ token });
      return person;
    };
    const titles = async () =>
      (await owner.api.document.list.query({ workspaceId })).items.map(({ title }) => title).toSorted();
    return { owner, workspaceId, join, titles };
  });

let keys = 0;
const createKey = () => `test-key-${(keys += 1)}`;

const readData = async (response: Response): Promise<unknown> => {
  const { result } = z.object({ result: z.object({ data: z.unknown() }) }).parse(await response.json());
  return result.data;
};

describe("a mutation with an idempotency key", () => {
  test("takes effect once, and a repeated call gets its result", async ({ call, createTeam }) => {
    const { owner, workspaceId, titles } = await createTeam();
    const input = { workspaceId, title: "Plan", content: "one" };
    const key = createKey();
    const first = created.parse(await readData(await call("document.create", input, owner.accessToken, key)));
    const second = await readData(await call("document.create", input, owner.accessToken, key));
    expect(second).toEqual(await readData(await call("document.create", input, owner.accessToken, key)));
    expect(second).toMatchObject({ id: first.id, title: "Plan" });
    const another = created.parse(
      await readData(await call("document.create", input, owner.accessToken, createKey())),
    );
    expect(another.id).not.toBe(first.id);
    expect(await titles()).toEqual(["Plan", "Plan"]);
  });

  test("takes effect once if it is sent several times at once", async ({ call, createTeam }) => {
    const { owner, workspaceId, titles } = await createTeam();
    const key = createKey();
    const send = () => call("document.create", { workspaceId, title: "Plan" }, owner.accessToken, key);
    const responses = await Promise.all(Array.from({ length: 8 }, send));
    for (const { status, headers } of responses.filter(({ ok }) => !ok)) {
      expect([status, headers.get("retry-after")]).toEqual([503, "1"]);
    }
    await expect.poll(async () => (await send()).status).toBe(200);
    expect(await titles()).toEqual(["Plan"]);
  });

  test("is refused if the key belongs to another call", async ({ call, createTeam, served }) => {
    const { owner, workspaceId, titles } = await createTeam();
    const key = createKey();
    await call("document.create", { workspaceId, title: "Plan" }, owner.accessToken, key);
    const other = await call("document.create", { workspaceId, title: "Other" }, owner.accessToken, key);
    expect([other.status, await readReason(other)]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    expect(
      await readReason(await call("workspace.delete", { id: workspaceId }, owner.accessToken, key)),
    ).toBe("IDEMPOTENCY_KEY_REUSED");
    expect(await titles()).toEqual(["Plan"]);
    const stranger = await register(served);
    const own = await call("workspace.create", { name: "Mine" }, stranger.accessToken, key);
    expect(own.status).toBe(200);
    expect(
      await readReason(await call("workspace.create", { name: "Mine" }, stranger.accessToken, "a b")),
    ).toBe("BAD_INPUT");
  });

  test("announces and completes an upload again, although no result with a link is stored", async ({
    call,
    createTeam,
  }) => {
    const { owner, workspaceId } = await createTeam();
    const key = createKey();
    const announce = () =>
      call("file.createUpload", { workspaceId, name: "empty.txt", size: 0 }, owner.accessToken, key);
    const uploads = [await announce(), await announce()];
    expect(uploads.map(({ status }) => status)).toEqual([200, 200]);
    const { id } = z.object({ id: z.string() }).parse(await readData(uploads[1] ?? Response.error()));
    const complete = () => call("file.completeUpload", { id }, owner.accessToken, `${key}-complete`);
    const file = await readData(await complete());
    expect(await readData(await complete())).toEqual(file);
    const { items } = await owner.api.file.list.query({ workspaceId });
    expect(items.map((item) => item.id)).toEqual([id]);
  });

  test("may be repeated after a failure, which changed nothing", async ({ call, createTeam }) => {
    const { owner, workspaceId, join } = await createTeam();
    const person = await join("viewer");
    const key = createKey();
    const send = () => call("document.create", { workspaceId, title: "Plan" }, person.accessToken, key);
    expect(await readReason(await send())).toBe("ROLE_TOO_LOW");
    await owner.api.workspace.member.updateRole.mutate({
      workspaceId,
      userId: person.user.id,
      role: "editor",
    });
    expect((await send()).status).toBe(200);
  });

  test("has a key of its own in a batch", async ({ served, createTeam }) => {
    const { owner, workspaceId, titles } = await createTeam();
    const keysOfBatch = `${createKey()}, ,${createKey()}`;
    const body = {
      0: { workspaceId, title: "A" },
      1: { workspaceId, title: "B" },
      2: { workspaceId, title: "C" },
    };
    for (let turn = 0; turn < 2; turn += 1) {
      const path = "document.create,document.create,document.create?batch=1";
      const headers = { ...bearer(owner.accessToken), [idempotencyHeader]: keysOfBatch };
      expect((await post(served, path, body, headers)).status).toBe(200);
    }
    expect(await titles()).toEqual(["A", "B", "B", "C"]);
  });

  test("has one key: a list of keys and a repeated header are refused, and change nothing", async ({
    served,
    createTeam,
  }) => {
    const { owner, workspaceId, titles } = await createTeam();
    const [key, other] = [createKey(), createKey()];
    const send = async (path: string, body: object, ...values: string[]) => {
      const headers = { ...bearer(owner.accessToken), "content-type": "application/json" };
      const sent = request(served.url + path, {
        method: "POST",
        headers: { ...headers, [idempotencyHeader]: values },
      });
      sent.end(JSON.stringify(body));
      const [response] = (await once(sent, "response")) as [IncomingMessage]; // the arguments of the event
      return z.object({ statusCode: z.number() }).parse(response.resume()).statusCode;
    };
    const plan = { workspaceId, title: "Plan" };
    for (const path of ["/api/v1/documents", "/trpc/document.create"]) {
      expect(await send(path, plan, `${key},${other}`)).toBe(400);
      expect(await send(path, plan, key, key)).toBe(400);
    }
    const batch = "/trpc/document.create,document.create?batch=1";
    const plans = { 0: plan, 1: plan };
    expect(await send(batch, plans, key)).toBe(400);
    expect(await send(batch, plans, `${key},${other}`, `${key},${other}`)).toBe(400);
    expect(await titles()).toEqual([]);
    expect(await send(batch, plans, key, other)).toBe(200);
    expect(await titles()).toEqual(["Plan", "Plan"]);
  });

  test("works over a WebSocket, on its own and in a batch", async ({ served, createTeam }) => {
    const { owner, workspaceId, titles } = await createTeam();
    await using socket = await open(served, owner.accessToken);
    let ids = 0;
    const create = (title: string, idempotencyKey: unknown) => ({
      id: (ids += 1),
      method: "mutation",
      params: { path: "document.create", input: { workspaceId, title }, idempotencyKey },
    });
    const [key, other] = [createKey(), createKey()];
    socket.send(create("Plan", key));
    const first = await socket.next();
    socket.send([create("Plan", key), create("Notes", other)]);
    const answers = [await socket.next(), await socket.next()];
    const again = answers.find(({ id }) => id === 2);
    expect(created.parse(again?.result?.data).id).toBe(created.parse(first.result?.data).id);
    for (const [title, wrong, reason] of [
      ["Other", key, "IDEMPOTENCY_KEY_REUSED"],
      ["Other", "a b", "BAD_INPUT"],
      ["Other", `${createKey()},${createKey()}`, "BAD_INPUT"],
      ["Other", 7, "BAD_INPUT"],
    ] as const) {
      socket.send(create(title, wrong));
      expect((await socket.next()).error?.data.reason).toBe(reason);
    }
    expect(await titles()).toEqual(["Notes", "Plan"]);
  });

  test("works over REST", async ({ served, createTeam }) => {
    const { owner, workspaceId, titles } = await createTeam();
    const headers = {
      ...bearer(owner.accessToken),
      "content-type": "application/json",
      [idempotencyHeader]: createKey(),
      [contractHeader]: contractVersion,
    };
    const body = JSON.stringify({ workspaceId, title: "Plan" });
    const send = () => fetch(`${served.url}/api/v1/documents`, { method: "POST", headers, body });
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(created.parse(await second.json()).id).toBe(created.parse(await first.json()).id);
    expect(await titles()).toEqual(["Plan"]);
  });
});

describe("the input of a call", () => {
  test("is not stored in a form in which a password can be guessed", async ({ call, served }) => {
    const person = await register(served);
    const input = { currentPassword: password, newPassword: "correct horse battery" };
    const key = createKey();
    expect((await call("auth.changePassword", input, person.accessToken, key)).status).toBe(200);
    const [row] = await served.server.services.database
      .sql`select input_hash from idempotent_calls where key = ${key}`;
    const { input_hash: stored } = z.object({ input_hash: z.instanceof(Uint8Array) }).parse(row);
    const guess = createHash("sha256")
      .update(JSON.stringify(["auth.changePassword", input]))
      .digest();
    expect(Buffer.compare(stored, guess)).not.toBe(0);
  });

  test("is recognized while the secret of the server is replaced", async () => {
    await using before = await serve();
    const owner = await register(before);
    await using after = await serve({
      env: {
        DATABASE_URL: before.database.url,
        JWT_SECRET: randomBytes(32).toString("hex"),
        PREVIOUS_JWT_SECRET: before.secret,
      },
    });
    const headers = { ...bearer(owner.accessToken), [idempotencyHeader]: createKey() };
    const send = async (to: typeof before, name: string) => post(to, "workspace.create", { name }, headers);
    const first = await readData(await send(before, "Handbook"));
    expect(await readData(await send(after, "Handbook"))).toMatchObject(created.partial().parse(first));
    expect(await readReason(await send(after, "Other"))).toBe("IDEMPOTENCY_KEY_REUSED");
  });
});

describe("the result of an earlier call", () => {
  test("is only for callers who still have access", async ({ call, createTeam }) => {
    const { owner, workspaceId, join } = await createTeam();
    const person = await join("editor");
    const [key, input] = [createKey(), { workspaceId, title: "Plan" }];
    await call("document.create", input, person.accessToken, key);
    await owner.api.workspace.member.updateRole.mutate({
      workspaceId,
      userId: person.user.id,
      role: "viewer",
    });
    expect(await readReason(await call("document.create", input, person.accessToken, key))).toBe(
      "ROLE_TOO_LOW",
    );
    await owner.api.workspace.member.remove.mutate({ workspaceId, userId: person.user.id });
    expect(await readReason(await call("document.create", input, person.accessToken, key))).toBe("NOT_FOUND");
  });

  test("is only for API keys with the scope, and for valid sessions", async ({ call, createTeam }) => {
    const { owner, workspaceId } = await createTeam();
    const [key, input] = [createKey(), { workspaceId, title: "Plan" }];
    await call("document.create", input, owner.accessToken, key);
    const reader = await owner.api.auth.apiKey.create.mutate({ name: "reader", scopes: ["read"] });
    expect(await readReason(await call("document.create", input, reader.secret, key))).toBe("SCOPE_MISSING");
    await owner.api.auth.logout.mutate({});
    expect(await readReason(await call("document.create", input, owner.accessToken, key))).toBe(
      "SESSION_ENDED",
    );
  });

  test("is returned even if the call has ended the caller's access", async ({ call, createTeam, served }) => {
    const { owner, workspaceId, join } = await createTeam();
    const { id } = await owner.api.document.create.mutate({ workspaceId, title: "Plan" });
    const person = await join("editor");
    for (const [path, input] of [
      ["document.delete", { id }],
      ["workspace.leave", { id: workspaceId }],
    ] as const) {
      const key = createKey();
      for (let turn = 0; turn < 2; turn += 1) {
        const response = await call(path, input, person.accessToken, key);
        expect([path, response.status, emptyResult.safeParse(await readData(response)).success]).toEqual([
          path,
          200,
          true,
        ]);
      }
    }
    expect(served.log).not.toContain("couldn't be stored");
  });

  test("is not stored if it contains a secret", async ({ call, createTeam, served }) => {
    const { owner, workspaceId } = await createTeam();
    const calls: [string, object][] = [
      ["auth.apiKey.create", { name: "tool", scopes: ["read"] }],
      ["workspace.invitation.create", { workspaceId, role: "viewer" }],
    ];
    for (const [path, input] of calls) {
      const key = createKey();
      expect((await call(path, input, owner.accessToken, key)).status).toBe(200);
      const again = await call(path, input, owner.accessToken, key);
      expect([path, again.status, await readReason(again)]).toEqual([path, 409, "RESULT_NOT_STORED"]);
      const [row] = await served.server.services.database
        .sql`select result from idempotent_calls where key = ${key}`;
      expect(row).toEqual({ result: null });
    }
    expect((await owner.api.auth.apiKey.list.query()).items).toHaveLength(1);
  });

  test("never contains a secret, by the schemas of all procedures, and neither do compressed responses", () => {
    const secret =
      /token|secret|(?<!has|accepts|needs)password(?!ChangeRequired|ChangedAt)|(?<!terms|privacy)url$/i;
    const names = (schema: unknown): string[] =>
      typeof schema !== "object" || schema === null
        ? []
        : Object.entries(schema).flatMap(([key, value]) =>
            key === "properties"
              ? [...Object.keys(value), ...Object.values(value).flatMap(names)]
              : names(value),
          );
    const definition = z.object({
      type: z.string(),
      output: z.instanceof(z.ZodType).optional(),
      meta: z.object({ action: z.string(), hasSecretResult: z.boolean().optional() }),
    });
    const unmarked = [...procedures].flatMap(([path, { _def }]) => {
      const { type, output, meta } = definition.parse(_def);
      const isStored = type === "mutation" && meta.action !== "public" && !meta.hasSecretResult;
      if (output === undefined || !(isStored || compressibleQueries.has(path))) return [];
      const found = names(z.toJSONSchema(output, { unrepresentable: "any", reused: "inline" }));
      return found.filter((name) => secret.test(name)).map((name) => `${path} ${name}`);
    });
    expect(unmarked).toEqual([]);
  });

  test("is unknown after a crash, and the call does not run again", async ({ call, createTeam, served }) => {
    const { owner, workspaceId, titles } = await createTeam();
    const { sql } = served.server.services.database;
    const [key, input] = [createKey(), { workspaceId, title: "Plan" }];
    const send = () => call("document.create", input, owner.accessToken, key);
    await send();
    await sql`update idempotent_calls set outcome = null, result = null where key = ${key}`;
    const running = await send();
    expect([running.status, running.headers.get("retry-after")]).toEqual([503, "1"]);
    await sql`update idempotent_calls set created_at = now() - interval '2 minutes' where key = ${key}`;
    expect(await readReason(await send())).toBe("RESULT_NOT_STORED");
    expect(await titles()).toEqual(["Plan"]);
  });
});
