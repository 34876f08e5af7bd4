import { type Client, createClient } from "@mdreader/client";
import { afterAll, beforeAll, expect, test } from "vitest";

import { serve, type Served } from "../../test/serve.ts";

let served: Served;
let client: Client;
beforeAll(async () => {
  served = await serve();
  client = createClient({ url: served.url, transport: "ws" });
  const username = `user-${crypto.randomUUID().slice(0, 13)}`;
  await client.auth.register.mutate({
    email: `${username}@example.test`,
    username,
    password: "correct horse battery staple",
  });
});
afterAll(async () => {
  await client.close();
  await served[Symbol.asyncDispose]();
});

test("the client splits concurrent calls into messages that the server accepts", async () => {
  const { id } = await client.auth.me.query();
  const answers = await Promise.all(Array.from({ length: 90 }, () => client.auth.me.query()));
  expect(answers.map((me) => me.id)).toEqual(answers.map(() => id));
});

test("large concurrent documents are sent one by one, even directly after the token", async () => {
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Notes" });
  await client.close();
  const content = "x".repeat(1024 * 1024);
  const made = await Promise.all(
    Array.from({ length: 5 }, (_, n) =>
      client.document.create.mutate({ workspaceId, title: `Document ${n}`, content }),
    ),
  );
  expect(made.map(({ size }) => size)).toEqual(made.map(() => content.length));
});

test("more subscriptions than fit into one message all resume after a lost connection", async () => {
  const sockets = new Set<WebSocket>();
  class Noted extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      sockets.add(this);
    }
  }
  const token = await client.session.accessToken();
  if (token === null) throw new Error("nobody is signed in");
  const watcher = createClient({ url: served.url, token, WebSocket: Noted });
  const { id: workspaceId } = await client.workspace.create.mutate({ name: "Notes" });
  const { id: documentId } = await client.document.create.mutate({ workspaceId, title: "Plan" });

  const begun = Array.from({ length: 30 }, () => Promise.withResolvers<void>());
  const watching = begun.map(async ({ resolve }, clientId) => {
    let snapshots = 0;
    for await (const event of watcher.presence.stream.subscribe({ documentId, clientId })) {
      if (event.type !== "snapshot") continue;
      resolve();
      if (++snapshots === 2) return;
    }
    throw new Error(`subscription ${clientId} ended`);
  });
  await Promise.all(begun.map(({ promise }) => promise));
  for (const socket of sockets) socket.close(4000, "lost");
  await Promise.all(watching);
  await watcher.close();
});
