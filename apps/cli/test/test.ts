import { test as base } from "../../server/test/test.ts";
import { createMachine } from "./command-line.ts";
import { createMachineUser } from "./user.ts";

/** A test with a server, and with a user who is signed in on a machine, for the tests of its file. */
export const test = base
  .extend("user", { scope: "file" }, async ({ served }, { onCleanup }) => {
    const user = await createMachineUser(served.url, { separate: false });
    onCleanup(() => user[Symbol.asyncDispose]());
    return user;
  })
  /** The same user, for calls other than the tested commands. */
  .extend("client", { scope: "file" }, ({ user }) => user.client)
  /** The ID of the user's workspace “Handbook”. */
  .extend("workspaceId", { scope: "file" }, async ({ client }) => {
    const { id } = await client.workspace.create.mutate({ name: "Handbook" });
    return id;
  })
  /** The user's machine, where “Handbook” is the default workspace. Commands run in this process. */
  .extend("machine", { scope: "file" }, async ({ user, workspaceId }) => {
    await user.machine.json(["use", workspaceId]);
    return user.machine;
  })
  /** Another machine, on which nobody is signed in. */
  .extend("newMachine", async ({ served }, { onCleanup }) => {
    const machine = await createMachine(served.url, { separate: false });
    onCleanup(() => machine[Symbol.asyncDispose]());
    return machine;
  })
  /** Creates a document in “Handbook”. */
  .extend(
    "createDocument",
    { scope: "file" },
    ({ client, workspaceId }) =>
      (title: string, content = "", folderId: string | null = null) =>
        client.document.create.mutate({ workspaceId, title, content, folderId }),
  )
  /** Creates a folder in “Handbook”. */
  .extend(
    "createFolder",
    { scope: "file" },
    ({ client, workspaceId }) =>
      (name: string, parentId: string | null = null) =>
        client.document.folder.create.mutate({ workspaceId, name, parentId }),
  );
