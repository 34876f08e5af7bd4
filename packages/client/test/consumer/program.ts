import { createClient, everyItem, isReason, type Reason, type RouterOutputs } from "@mdreader/client";
import { openDocument } from "@mdreader/client/live";
import { fileTokens } from "@mdreader/client/node";

/** A program that uses the installed package. The test type-checks and runs it outside of this repository. */

const [url = "", tokenFile = ""] = process.argv.slice(2);
const name = `outside-${crypto.randomUUID().slice(0, 8)}`;
const password = "correct horse battery staple";

await using client = createClient({ url, tokens: fileTokens(tokenFile) });
await client.auth.register.mutate({ email: `${name}@example.test`, username: name, password });

const workspace = await client.workspace.create.mutate({ name: "Outside" });
const created: RouterOutputs["document"]["create"] = await client.document.create.mutate({
  workspaceId: workspace.id,
  title: "Plan",
  content: "# Plan\n",
});

// @ts-expect-error A title is text.
void (() => client.document.create.mutate({ workspaceId: workspace.id, title: 1 }));
// @ts-expect-error There is no such procedure.
void (() => client.document.created.query());

let refused: Reason | null = null;
try {
  await client.document.get.query({ id: crypto.randomUUID() });
} catch (error) {
  if (isReason(error, "NOT_FOUND", "ROLE_TOO_LOW")) {
    const known: "NOT_FOUND" | "ROLE_TOO_LOW" = error.data.reason;
    refused = known;
  }
}

const events: string[] = [];
const seen = Promise.withResolvers<void>();
const subscription = client.workspace.events.subscribe(
  { workspaceId: workspace.id, after: 0 },
  {
    onData({ data }) {
      events.push(data.kind);
      if (data.kind === "document.created") seen.resolve();
    },
    onError: seen.reject,
  },
);
await seen.promise;
subscription.unsubscribe();

await using live = await openDocument(client, created.id);
await live.synced();
live.ytext.insert(live.ytext.length, "\nWritten live.\n");
const version = await live.whenSaved();

const titles: string[] = [];
for await (const { title } of everyItem((cursor) =>
  client.document.list.query({ workspaceId: workspace.id, cursor }),
)) {
  titles.push(title);
}
const { content } = await client.document.get.query({ id: created.id });
console.log(JSON.stringify({ refused, events, version, titles, content }));
