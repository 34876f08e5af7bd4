/**
 * A program that uses most of a client, closes it and ends by itself. Tests run it with an earlier version of the client or of
 * the server, and with several runtimes, so it uses nothing that one of them lacks.
 */
import assert from "node:assert/strict";

import { createClient, everyItem, type WorkspaceEvent } from "@mdreader/client";
import { openDocument, watchPresence } from "@mdreader/client/live";

const [url = ""] = process.argv.slice(2);
const username = `user-${crypto.randomUUID().slice(0, 8)}`;

const client = createClient({ url });
await client.auth.register.mutate({
  email: `${username}@example.test`,
  username,
  password: "correct horse battery staple",
});
const { id: workspaceId } = await client.workspace.create.mutate({ name: "Travels" });

const kinds: WorkspaceEvent["kind"][] = [];
const uploaded = Promise.withResolvers<void>();
client.workspace.events.subscribe(
  { workspaceId, after: 0 },
  {
    onData({ data: { kind } }) {
      kinds.push(kind);
      if (kind === "file.created") uploaded.resolve();
    },
    onError: uploaded.reject,
  },
);

const { id, version } = await client.document.create.mutate({
  workspaceId,
  title: "Lisbon",
  content: "# Lisbon\n",
});
const live = await openDocument(client, id);
await live.synced();
live.ytext.insert(live.ytext.length, "\nTyped live.\n");
await live.whenSaved();
const merged = await client.document.applyText.mutate({ id, baseVersion: version, text: "# Lisbon, 2027\n" });

const bytes = crypto.getRandomValues(new Uint8Array(60_000));
const file = await client.uploadFile(workspaceId, new Blob([bytes]), { name: "photo.bin" });
const link = await client.file.downloadUrl.query({ id: file.id });
const downloaded = new Uint8Array(await (await fetch(new URL(link.url, url))).arrayBuffer());
await uploaded.promise;

const found = await client.document.search.query({ workspaceId, query: "typed live" });
const titles: string[] = [];
for await (const { title } of everyItem((cursor) => client.document.list.query({ workspaceId, cursor })))
  titles.push(title);

const present: string[] = [];
for await (const event of watchPresence(client, id)) {
  if (event.type !== "snapshot") continue;
  present.push(...event.members.map(({ user }) => user.username));
  break;
}
const { content } = await client.document.get.query({ id });
await client.close();

assert.equal(content, "# Lisbon, 2027\n\nTyped live.\n");
assert.deepEqual(merged.conflicts, []);
assert.deepEqual(kinds, ["workspace.created", "document.created", "file.created"]);
assert.deepEqual(downloaded, bytes);
assert.deepEqual([found.items.map(({ title }) => title), titles], [["Lisbon"], ["Lisbon"]]);
// Both the live document and the stream are there.
assert.deepEqual([...new Set(present)], [username]);
assert.equal(live.saveState.get().status, "closed");
process.stdout.write("done\n");
