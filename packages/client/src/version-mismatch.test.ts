import { can, canManageRole, type Role } from "@mdreader/contract/policy";
import { contractHeader } from "@mdreader/contract/version";
import { TRPCClientError } from "@trpc/client";
import { describe, expect, vi } from "vitest";

import { pollOptions } from "../test/live.ts";
import { test } from "../test/test.ts";
import { createClient } from "./client.ts";
import { isUnreachable, reasonOf } from "./errors.ts";
import { openDocument } from "./live/index.ts";
import type { VersionMismatch } from "./version-mismatch.ts";

/** Answers calls as a server with another contract. */
const createServer =
  (contract: string | null): typeof fetch =>
  async () =>
    Response.json(
      { error: { message: "", code: -1, data: { reason: "NEW", httpStatus: 409 } } },
      {
        headers: contract === null ? {} : { [contractHeader]: contract },
      },
    );

describe("a client of another version", () => {
  test("reports once that the server is newer or older", async () => {
    const found: VersionMismatch[] = [];
    let contract: string | null = null;
    const client = createClient({
      url: "http://mdreader.test",
      fetch: (...call) => createServer(contract)(...call),
      onVersionMismatch: (mismatch) => found.push(mismatch),
    });
    for (contract of [null, "999999-aa", "999999-aa", "0-aa", "garbage", null]) {
      await client.auth.me.query().catch(() => {});
    }
    expect(found).toEqual([{ older: "client" }, { older: "server" }]);
  });

  test("surfaces unknown reasons as failures of the server, not of the connection", async () => {
    const client = createClient({ url: "http://mdreader.test", fetch: createServer(null) });
    const error = await client.auth.me.query().catch((thrown: unknown) => thrown);
    expect([reasonOf(error), isUnreachable(error)]).toEqual([null, false]);
    expect(isUnreachable(TRPCClientError.from(new TypeError("fetch failed")))).toBe(true);
  });

  test("treats an unknown role as viewer", () => {
    const role = JSON.parse('"reviewer"') as Role; // a role of a newer server
    expect([can(role, "document.read"), can(role, "document.update")]).toEqual([true, false]);
    expect([canManageRole(role, "viewer"), canManageRole("admin", role)]).toEqual([false, true]);
  });

  test("passes over unknown changes of a document", async ({ createDocument, served }) => {
    const { id, owner, text } = await createDocument("one");
    const alter = createNewerServer((json) => json.replace('"type":"comment"', '"type":"reaction"'));
    const client = createClient({
      url: served.url,
      token: (await owner.client.session.accessToken()) ?? "",
      WebSocket: alter,
    });
    await using live = await openDocument(client, id);
    await live.synced();
    await owner.client.document.comment.create.mutate({ documentId: id, body: "Hello" });
    live.ytext.insert(3, " two");
    await live.whenSaved();
    await vi.waitFor(
      () => expect(live.saveState.get()).toMatchObject({ status: "saved", seq: 3 }),
      pollOptions,
    );
    expect(await text()).toBe("one two");
    await client.close();
  });

  test("ends a document whose stream it can't read, and keeps its edits", async ({
    createDocument,
    served,
  }) => {
    const { id, owner } = await createDocument("one");
    const alter = createNewerServer((json) => json.replace('"type":"sync"', '"type":"snapshot"'));
    const client = createClient({
      url: served.url,
      token: (await owner.client.session.accessToken()) ?? "",
      WebSocket: alter,
    });
    await using live = await openDocument(client, id);
    await expect(live.synced()).rejects.toMatchObject({ reason: "CLIENT_TOO_OLD" });
    expect(live.saveState.get()).toMatchObject({ status: "closed", reason: "CLIENT_TOO_OLD" });
    await client.close();
  });
});

/** A WebSocket class whose messages are altered on arrival. */
function createNewerServer(alter: (json: string) => string): typeof WebSocket {
  return class extends WebSocket {
    override addEventListener(
      type: string,
      listen: EventListenerOrEventListenerObject,
      options?: AddEventListenerOptions | boolean,
    ): void {
      if (type !== "message" || typeof listen !== "function")
        return super.addEventListener(type, listen, options);
      super.addEventListener(
        type,
        (event: Event) => {
          if (!(event instanceof MessageEvent)) return;
          const text = String(event.data);
          listen.call(this, new MessageEvent("message", { data: alter(text) }));
        },
        options,
      );
    }
  };
}
