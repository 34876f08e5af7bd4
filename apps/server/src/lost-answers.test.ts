import { createClient } from "@mdreader/client";
import { expect, test } from "vitest";

import { register } from "../test/calls.ts";
import { findFreePort, startProcess } from "../test/process.ts";
import { createServerDatabase, createTemporaryFolder } from "../test/serve.ts";

test("a mutation takes effect once if the server is killed before its answer arrives, on both transports", async () => {
  await using made = new AsyncDisposableStack();
  const database = made.use(await createServerDatabase());
  const environment = {
    DATA_DIR: await createTemporaryFolder(made),
    DATABASE_URL: database.url,
    APP_PORT: String(await findFreePort()),
  };
  let server = startProcess(environment);
  made.defer(async () => {
    server.child.kill("SIGKILL");
    await server.ended;
  });
  const url = await server.running;
  const { accessToken: token, api } = await register({ url });
  const { id: workspaceId } = await api.workspace.create.mutate({ name: "Handbook" });

  /** Whether the next answer is lost, because the server is killed. */
  let isLosing = false;
  async function restart(): Promise<void> {
    isLosing = false;
    server.child.kill("SIGKILL");
    await server.ended;
    server = startProcess(environment);
    await server.running;
  }
  class LosingSocket extends WebSocket {
    constructor(...parameters: ConstructorParameters<typeof WebSocket>) {
      super(...parameters);
      // This listener is registered first, so that it can stop the event.
      this.addEventListener("message", (event) => {
        if (!isLosing || !String(event.data).includes("Plan")) return;
        event.stopImmediatePropagation();
        void restart();
      });
    }
  }
  const losingFetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!isLosing) return response;
    await restart();
    throw new TypeError("fetch failed");
  };

  const ids: string[] = [];
  for (const transport of ["http", "ws"] as const) {
    const client = made.use(
      createClient({ url, token, transport, WebSocket: LosingSocket, fetch: losingFetch }),
    );
    await client.auth.me.query();
    isLosing = true;
    const { id } = await client.document.create.mutate({ workspaceId, title: `Plan over ${transport}` });
    expect(isLosing).toBe(false);
    ids.push(id);
    const { items } = await client.document.list.query({ workspaceId });
    expect(items.map((item) => item.id).toSorted()).toEqual(ids.toSorted());
  }
});
