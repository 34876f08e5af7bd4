import { type LiveDocument, openDocument } from "@mdreader/client/live";
import { expect, test as base, vi } from "vitest";

import { startChildServer } from "../../test/child-server.ts";
import { createMachineUser, signIn } from "../../test/user.ts";

/** A server in a process of its own, which can be killed, and a user of it. */
const test = base
  // Vitest requires the pattern, even without fixtures in it.
  // oxlint-disable-next-line no-empty-pattern
  .extend("server", { scope: "file" }, async ({}, { onCleanup }) => {
    const server = await startChildServer();
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  .extend("user", { scope: "file" }, async ({ server }, { onCleanup }) => {
    const user = await createMachineUser(server.url, { separate: false });
    onCleanup(() => user[Symbol.asyncDispose]());
    return user;
  })
  .extend("machine", { scope: "file" }, ({ user }) => user.machine)
  .extend("createDocument", { scope: "file" }, async ({ user }) => {
    const { id: workspaceId } = await user.client.workspace.create.mutate({ name: "Handbook" });
    return async (content: string) => {
      const { id } = await user.client.document.create.mutate({ workspaceId, title: "Notes", content });
      return id;
    };
  });

const pollOptions = { timeout: 30_000, interval: 20 };
const read = ({ ytext }: LiveDocument) => ytext.toJSON();

test("edit appends lines and prints the version that stores them", async ({ createDocument, machine }) => {
  const id = await createDocument("# Shopping");
  const first = await machine.json<{ seq: number }>(["edit", id, "--append", "- milk"]);
  const second = await machine.json<{ seq: number }>(["edit", id, "--append", "-"], {
    stdin: "- bread\n- été\n",
  });
  expect(second.seq).toBeGreaterThan(first.seq);
  const { content, version } = await machine.json<{ content: string; version: number }>([
    "document",
    "get",
    id,
  ]);
  expect(content).toBe("# Shopping\n- milk\n- bread\n- été\n");
  expect(version).toBe(second.seq);
});

test("edit fails with a reason if the document does not exist or the text is too large", async ({
  machine,
  createDocument,
}) => {
  const missing = await machine.run(["edit", crypto.randomUUID(), "--append", "x", "--json"]);
  expect(missing.code).toBe(1);
  expect(missing.error().reason).toBe("NOT_FOUND");
  const id = await createDocument("small\n");
  const large = await machine.run(["edit", id, "--append", "-", "--json"], { stdin: "x".repeat(1_572_860) });
  expect(large.code).toBe(1);
  expect(large.error().reason).toBe("DOCUMENT_TOO_LARGE");
  expect((await machine.run(["document", "get", id])).stdout.toString()).toBe("small\n");
});

test("watch shows presence and edits", async ({ createDocument, machine, user }) => {
  const id = await createDocument("one\n");
  await using watching = machine.start(["watch", id, "--json"]);
  const events = () =>
    watching.lines().map((line): { type: string; [fact: string]: unknown } => JSON.parse(line));
  await vi.waitFor(() => expect(events().map(({ type }) => type)).toContain("watching"), pollOptions);
  await vi.waitFor(() => expect(events().map(({ type }) => type)).toContain("present"), pollOptions);
  await machine.json(["edit", id, "--append", "two"]);
  await vi.waitFor(() => expect(events().map(({ type }) => type)).toContain("left"), pollOptions);
  expect(events().find(({ type }) => type === "edit")).toMatchObject({
    authorId: expect.any(String),
    pieces: [{ at: 4, line: 2, removed: 0, inserted: "two\n" }],
  });
  expect(events().find(({ type }) => type === "joined")).toMatchObject({
    user: { username: user.username },
  });
});

test("a server killed during live edits loses nothing acknowledged, and all clients converge", async ({
  createDocument,
  server,
  user,
  machine,
}) => {
  const id = await createDocument("start\n");
  await using a = await signIn(server.url, user);
  await using b = await signIn(server.url, user);
  await using left = await openDocument(a, id);
  await using right = await openDocument(b, id);
  await Promise.all([left.synced(), right.synced()]);

  const writers = new AbortController();
  const write = async ({ ytext }: LiveDocument, mark: string) => {
    for (let n = 0; n < 300 && !writers.signal.aborted; n += 1) {
      ytext.insert(ytext.length, `${mark}${n}\n`);
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    }
  };
  const typing = Promise.all([write(left, "a"), write(right, "b")]);
  await vi.waitFor(() => expect(left.saveState.get().seq).toBeGreaterThan(20), pollOptions);
  await server.kill();
  await vi.waitFor(() => expect(left.saveState.get().status).toBe("offline"), pollOptions);
  const appended = machine.json<{ seq: number }>(["whoami"]).catch((error: unknown) => String(error));
  expect(await appended).toContain("UNREACHABLE");
  await server.start();
  await machine.json(["edit", id, "--append", "c from the command line"]);
  await typing;
  await Promise.all([left.whenSaved(), right.whenSaved()]);
  await vi.waitFor(() => expect(read(left)).toBe(read(right)), pollOptions);

  const { stdout } = await machine.run(["document", "get", id]);
  expect(stdout.toString()).toBe(read(left));
  const lines = read(left).split("\n");
  for (let n = 0; n < 300; n += 1) {
    expect(lines.filter((line) => line === `a${n}`)).toHaveLength(1);
    expect(lines.filter((line) => line === `b${n}`)).toHaveLength(1);
  }
  expect(lines).toContain("c from the command line");
});
