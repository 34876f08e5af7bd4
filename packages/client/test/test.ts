import { insertMember } from "@mdreader/api/testing";
import type { Role } from "@mdreader/contract/policy";
import { test as base } from "vitest";

import { createClient } from "../src/client.ts";
import { openDocument, type OpenDocumentOptions } from "../src/live/index.ts";
import { createTestNetwork } from "./network.ts";
import { serve } from "./serve.ts";

/**
 * A test with the procedures, served over real sockets to the tests of its file. A fixture is created when a test names it.
 * Helpers of a file that use fixtures are fixtures too, which it adds with `test.extend`.
 */
export const test = base
  // Vitest requires the pattern, even without fixtures in it.
  // oxlint-disable-next-line no-empty-pattern
  .extend("served", { scope: "file" }, async ({}, { onCleanup }) => {
    const served = await serve();
    onCleanup(() => served[Symbol.asyncDispose]());
    return served;
  })
  /** The resources that the test must release. */
  // oxlint-disable-next-line no-empty-pattern
  .extend("cleanup", ({}, { onCleanup }) => {
    const cleanup = new AsyncDisposableStack();
    onCleanup(() => cleanup.disposeAsync());
    return cleanup;
  })
  /** Registers a user with their own simulated network. */
  .extend("createPerson", ({ served, cleanup }) => async () => {
    const network = createTestNetwork();
    const client = cleanup.use(createClient({ url: served.url, WebSocket: network.WebSocket }));
    const username = `user-${crypto.randomUUID().slice(0, 13)}`;
    const { user } = await client.auth.register.mutate({
      email: `${username}@example.test`,
      username,
      password: "correct horse battery staple",
    });
    return {
      client,
      network,
      user,
      open: async (id: string, options?: OpenDocumentOptions) =>
        cleanup.use(await openDocument(client, id, options)),
    };
  })
  /** Creates a document with its owner, whom others can join. */
  .extend("createDocument", ({ served, createPerson }) => async (content = "") => {
    const owner = await createPerson();
    const { id: workspaceId } = await owner.client.workspace.create.mutate({ name: "Handbook" });
    const { id } = await owner.client.document.create.mutate({ workspaceId, title: "Notes", content });
    const join = async (role: Exclude<Role, "owner"> = "editor") => {
      const person = await createPerson();
      await insertMember(served.app, workspaceId, person.user, role);
      return person;
    };
    const text = async () => (await owner.client.document.get.query({ id })).content;
    return { id, workspaceId, owner, join, text };
  });
