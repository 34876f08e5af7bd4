import { afterAll, beforeAll, expect, test } from "vitest";
import * as Y from "yjs";
import { z } from "zod";

import { register, type Registered } from "../../test/calls.ts";
import { serve, type Served } from "../../test/serve.ts";
import { open, type TestSocket } from "../../test/socket.ts";

let served: Served;
let owner: Registered;
let editor: Registered;
let workspaceId: string;
beforeAll(async () => {
  served = await serve();
  owner = await register(served);
  editor = await register(served);
  workspaceId = (await owner.api.workspace.create.mutate({ name: "Team" })).id;
  const { token } = await owner.api.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
  await editor.api.workspace.invitation.accept.mutate({ token });
});
afterAll(() => served[Symbol.asyncDispose]());

const change = z.object({ id: z.string(), data: z.object({ type: z.string(), seq: z.int() }) });

/** The changes that a subscription has received: kind, number, and the number to resume after. */
const listReceived = ({ messages }: TestSocket, id: string) =>
  messages
    .filter((one) => one.id === id && one.result?.type === "data")
    .map(({ result }) => {
      const { id: eventId, data } = change.parse(result?.data);
      return [data.type, data.seq, Number(eventId.split("-")[0])];
    });

const follow = (socket: TestSocket, call: string, id: string, lastEventId?: string) =>
  socket.send({
    id: call,
    method: "subscription",
    params: { path: "document.changes", input: { id }, lastEventId },
  });

/** Pushes an update that inserts a character. */
async function type({ api }: Registered, id: string): Promise<number> {
  const doc = new Y.Doc();
  doc.getText("content").insert(0, "x");
  const update = Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");
  return (await api.document.push.mutate({ id, update })).seq;
}

test("a subscription delivers edits, metadata and notices in order, each with the number to resume after", async () => {
  const { id } = await owner.api.document.create.mutate({ workspaceId, title: "Plan" });
  const { version } = await owner.api.document.get.query({ id });
  await using reader = await open(served, editor.accessToken);
  follow(reader, "first", id);
  await expect.poll(() => listReceived(reader, "first")).toHaveLength(1);
  for (let n = 0; n < 3; n += 1) await type(owner, id);
  await owner.api.document.update.mutate({ id, title: "Plans" });
  await type(owner, id);
  const typed = version + 5;
  await expect.poll(() => listReceived(reader, "first").at(-1)).toEqual(["update", typed, typed]);
  await owner.api.workspace.member.updateRole.mutate({ workspaceId, userId: editor.user.id, role: "viewer" });
  await expect.poll(() => listReceived(reader, "first").at(-1)).toEqual(["role", typed, typed]);
  await type(owner, id);
  await expect.poll(() => listReceived(reader, "first").at(-1)).toEqual(["update", typed + 1, typed + 1]);
  expect(listReceived(reader, "first").map(([kind, seq]) => [kind, seq])).toEqual([
    ["sync", version],
    ["update", version + 1],
    ["update", version + 2],
    ["update", version + 3],
    ["meta", version + 4],
    ["update", typed],
    ["role", typed],
    ["update", typed + 1],
  ]);

  const last = reader.messages.findLast((one) => one.id === "first");
  const { id: eventId } = change.parse(last?.result?.data);
  await type(owner, id);
  await type(owner, id);
  follow(reader, "second", id, eventId);
  await expect
    .poll(() => listReceived(reader, "second").map(([, seq]) => seq))
    .toEqual([typed + 2, typed + 3]);
});

test("a stopped subscription delivers nothing more, and its ID can be used again", async () => {
  const { id } = await owner.api.document.create.mutate({ workspaceId, title: "Draft" });
  await using reader = await open(served, owner.accessToken);
  follow(reader, "one", id);
  await expect.poll(() => listReceived(reader, "one")).toHaveLength(1);
  reader.send({ id: "one", method: "subscription.stop" });
  await expect.poll(() => reader.messages.at(-1)).toEqual({ id: "one", result: { type: "stopped" } });
  const seq = await type(owner, id);
  follow(reader, "one", id);
  await expect.poll(() => listReceived(reader, "one").at(-1)).toEqual(["sync", seq, seq]);
  expect(listReceived(reader, "one")).toHaveLength(2);
});

test("a procedure that is unknown or not a subscription ends the call with an error", async () => {
  await using socket = await open(served, owner.accessToken);
  for (const path of ["no.such", "auth.me"]) {
    socket.send({ id: path, method: "subscription", params: { path, input: {} } });
    await expect.poll(() => socket.messages.find((one) => one.id === path)?.error?.data.reason).toBeTruthy();
  }
  expect((await socket.call("query", "auth.me")).error).toBeUndefined();
});
