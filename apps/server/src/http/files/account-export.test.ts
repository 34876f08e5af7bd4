import { createClient } from "@mdreader/client";
import { expect } from "vitest";

import {
  bearer,
  createPlainClient,
  enableSecondFactor,
  password,
  readReason,
  register,
} from "../../../test/calls.ts";
import { png, uploadBytes } from "../../../test/files.ts";
import { test as base } from "../../../test/test.ts";
import { unzip } from "../../../test/zip.ts";

type Line = Record<string, unknown>;

const test = base
  .extend("person", async ({ served }) => {
    const registered = await register(served);
    const client = createClient({ url: served.url, token: registered.accessToken });
    return { ...registered, client };
  })
  .extend("link", ({ served, person }) => async () => {
    const { url } = await person.api.auth.exportAccount.mutate({ password });
    return `${served.url}${url}`;
  })
  .extend("archive", ({ link }) => async () => {
    const answer = await fetch(await link());
    expect(answer.headers.get("content-type")).toBe("application/zip");
    expect(answer.headers.get("content-disposition")).toContain("account.zip");
    return unzip(await answer.bytes());
  })
  .extend("joinsOwner", ({ owner, person, served }) => async (role: "editor" | "viewer") => {
    const { token } = await owner.client.workspace.invitation.create.mutate({
      workspaceId: owner.workspaceId,
      role,
    });
    await person.api.workspace.invitation.accept.mutate({ token });
    return { api: createPlainClient(served, person.accessToken), workspaceId: owner.workspaceId };
  });

const readLines = (archive: Map<string, Buffer | null>, ending: string): Line[] => {
  const path = [...archive.keys()].find((one) => one.endsWith(ending));
  const text = archive.get(path ?? "")?.toString() ?? "";
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Line])); // our own
};

test("an archive contains what belongs to a person, and nothing that others wrote", async ({
  person,
  owner,
  archive,
  joinsOwner,
}) => {
  const { api, workspaceId } = await joinsOwner("editor");
  const own = await api.document.create.mutate({ workspaceId, title: "Mine", content: "![](mine.png)" });
  await api.document.update.mutate({ id: own.id, content: "![](mine.png) again", baseVersion: own.version });
  await api.document.comment.create.mutate({ documentId: own.id, body: "My comment" });
  await api.document.favorite.add.mutate({ documentId: own.id });
  await uploadBytes({ client: person.client, workspaceId }, "mine.png", png);
  await owner.client.document.create.mutate({ workspaceId, title: "Theirs", content: "Their secret" });
  await uploadBytes(owner, "theirs.png", png);
  await owner.client.document.comment.create.mutate({ documentId: own.id, body: "Their comment" });
  await api.auth.apiKey.create.mutate({ name: "My key", scopes: ["read"] });

  const found = await archive();
  const paths = [...found.keys()].map((path) => path.replace(/^workspaces\/[^/]+/, "workspaces/*"));
  expect(paths).toEqual([
    "profile.json",
    "sessions.jsonl",
    "identities.jsonl",
    "passkeys.jsonl",
    "api-keys.jsonl",
    "audit-log.jsonl",
    "workspaces/*/membership.json",
    "workspaces/*/favorites.jsonl",
    "workspaces/*/recent-documents.jsonl",
    "workspaces/*/comments.jsonl",
    "workspaces/*/versions.jsonl",
    "workspaces/*/documents/Mine.md",
    "workspaces/*/documents/mine.png",
  ]);
  const text = [...found.values()].map(String).join("\n");
  expect(text).not.toContain("Their");
  expect(text).not.toMatch(/argon2|mdr_\w{43}/);
  expect(JSON.parse(String(found.get("profile.json")))).toMatchObject({ email: person.email });
  expect(readLines(found, "api-keys.jsonl")).toMatchObject([{ name: "My key" }]);
  expect(readLines(found, "comments.jsonl")).toMatchObject([{ body: "My comment" }]);
  expect(readLines(found, "favorites.jsonl")).toMatchObject([{ title: "Mine" }]);
  expect(readLines(found, "versions.jsonl")).toMatchObject([
    { number: 1, content: "![](mine.png)" },
    { number: 2, content: "![](mine.png) again" },
  ]);
  expect(readLines(found, "audit-log.jsonl").map(({ action }) => action)).toEqual(
    expect.arrayContaining(["account.registered", "apiKey.created", "account.exported"]),
  );
});

test("a link needs the password and a code, and isn't replaced by a session", async ({
  served,
  person,
  link,
}) => {
  const { api, accessToken, user } = person;
  const catchMessage = (call: Promise<unknown>) => call.then(() => null, String);
  expect(await catchMessage(api.auth.exportAccount.mutate({ password: "wrong" }))).toContain("incorrect");
  const url = await link();
  const bare = `${served.url}/files/accounts/${user.id}`;
  expect(await readReason(await fetch(bare, { headers: bearer(accessToken) }))).toBe("LINK_INVALID");
  const other = await register(served);
  expect(await readReason(await fetch(url.replace(user.id, other.user.id)))).toBe("LINK_INVALID");
  await enableSecondFactor(api);
  expect(await catchMessage(api.auth.exportAccount.mutate({ password }))).toContain("code");
});

test("a link ends with its session, and with the account", async ({ person, link }) => {
  const url = await link();
  await person.api.auth.deleteAccount.mutate({ password });
  expect(await readReason(await fetch(url))).toBe("SESSION_ENDED");
});

test("one download of an account runs at a time", async ({ person, link }) => {
  const { client, api } = person;
  const { id: workspaceId } = await api.workspace.create.mutate({ name: "Large" });
  await uploadLargeFiles({ client, workspaceId });
  const url = await link();
  const first = await fetch(url);
  const second = await fetch(url);
  expect(second.status).toBe(429);
  expect(Number(second.headers.get("retry-after"))).toBeGreaterThan(0);
  await first.body?.cancel();
  // The place is free once the server notices that the reader has left.
  const retry = async () => {
    const answer = await fetch(url);
    await answer.body?.cancel();
    return answer.status;
  };
  await expect.poll(retry, { timeout: 10_000 }).toBe(200);
});

/** Reads the first bytes of a response, so that its sender waits for the reader. */
async function readStart(response: Response) {
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error("the response has no body");
  const { value } = await reader.read();
  return {
    async readRest(): Promise<Uint8Array> {
      const chunks = [value ?? new Uint8Array()];
      for (;;) {
        const { done, value: chunk } = await reader.read();
        if (done) return Buffer.concat(chunks);
        chunks.push(chunk);
      }
    },
  };
}

/** Uploads files that fill the buffers of a connection several times. */
async function uploadLargeFiles(uploader: Parameters<typeof uploadBytes>[0]): Promise<void> {
  const bytes = new Uint8Array(10 * 1024 * 1024);
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  for (const name of ["a.jpg", "b.jpg", "c.jpg"]) await uploadBytes(uploader, name, bytes);
}

test("a person who is removed from a workspace during the download gets no more of it", async ({
  owner,
  person,
  link,
  joinsOwner,
}) => {
  const { workspaceId } = await joinsOwner("editor");
  await uploadLargeFiles({ client: person.client, workspaceId });
  const started = await readStart(await fetch(await link()));
  await owner.client.workspace.member.remove.mutate({ workspaceId, userId: person.user.id });
  const paths = [...(await unzip(await started.readRest())).keys()].join("\n");
  expect(paths).toContain("profile.json");
  expect(paths).not.toContain("c.jpg");
});

test("a person who is suspended during the download gets no complete archive", async ({
  served,
  person,
  link,
}) => {
  const { id: workspaceId } = await person.api.workspace.create.mutate({ name: "Mine" });
  await uploadLargeFiles({ client: person.client, workspaceId });
  const started = await readStart(await fetch(await link()));
  await served.database.database.sql`update users set deactivated_at = now() where id = ${person.user.id}`;
  await expect(started.readRest()).rejects.toThrow();
});
