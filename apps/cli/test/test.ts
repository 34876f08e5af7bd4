import { createClient } from "@mdreader/client";

import { test as base } from "../../server/test/test.ts";
import { createMachine, password, register } from "./command-line.ts";

/** A test with a server, and with a user of it, for the tests of its file. Commands of the user's machine run in this process. */
export const test = base
  .extend("machine", { scope: "file" }, async ({ served }, { onCleanup }) => {
    const machine = await createMachine(served.url, { separate: false });
    onCleanup(() => machine[Symbol.asyncDispose]());
    return machine;
  })
  /** The user, who is signed in on the machine. */
  .extend("user", { scope: "file" }, ({ machine }) => register(machine))
  /** The same user's client, for calls other than the tested commands. */
  .extend("client", { scope: "file" }, async ({ served, user }, { onCleanup }) => {
    const client = createClient({ url: served.url });
    onCleanup(() => client.close());
    await client.auth.login.mutate({ email: user.email, password });
    return client;
  });
