import { createClient } from "@mdreader/client";
import * as Y from "yjs";

import { median, quantile, report } from "./measure.ts";
import type { World } from "./world.ts";

const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/** A writer with a document of its own, who sends a character at a time. */
function aWriter() {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  return () => {
    const before = Y.encodeStateVector(doc);
    text.insert(text.length, "x");
    return toBase64(Y.encodeStateAsUpdate(doc, before));
  };
}

/** How long an edit of one of 20 live editors takes to be committed, against one bare insert. */
export async function benchEdits({ url, token, workspaceId, sql }: World): Promise<void> {
  await sql`create table if not exists bare (id bigserial primary key, bytes bytea not null)`;
  const client = createClient({ url, token, transport: "ws" });
  const { id } = await client.document.create.mutate({ workspaceId, title: "Edits" });
  const writers = Array.from({ length: 20 }, aWriter);
  const bare: number[] = [];
  const edits: number[] = [];
  const typing = new AbortController();
  const timed = async (times: number[], work: () => Promise<unknown>) => {
    const before = performance.now();
    await work();
    times.push(performance.now() - before);
  };
  // Each types five characters a second, not in step with the others.
  const others = writers.slice(1).map(async (next, n) => {
    await new Promise((resolve) => setTimeout(resolve, n * 10));
    while (!typing.signal.aborted) {
      await client.document.push.mutate({ id, update: next() });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
  const [next] = writers;
  if (next === undefined) return;
  for (let n = 0; n < 300; n += 1) {
    const update = next();
    await timed(bare, () => sql`insert into bare (bytes) values (${Buffer.from(update, "base64")})`);
    await timed(edits, () => client.document.push.mutate({ id, update }));
  }
  typing.abort();
  await Promise.all(others);
  await client.close();
  const times = `${median(edits).toFixed(2)} ms against ${median(bare).toFixed(2)} ms`;
  report(
    "an edit by one of 20 editors against a bare insert",
    "<= 2.5",
    `${(median(edits) / median(bare)).toFixed(2)}  (${times})`,
  );
}

/** Whether 50 people in a room get what 50 people in it do. */
export async function benchFanOut({ url, token, workspaceId }: World): Promise<void> {
  const people = 50;
  const seconds = 8;
  const clients = Array.from({ length: 5 }, () => createClient({ url, token, transport: "ws" }));
  const clientOf = (n: number) => clients[n % clients.length] ?? createClient({ url, token });
  const { id: documentId } = await clientOf(0).document.create.mutate({ workspaceId, title: "Room" });
  let frames = 0;
  const delays: number[] = [];
  const subscriptions = Array.from({ length: people }, (_, clientId) =>
    clientOf(clientId).presence.stream.subscribe(
      { documentId, clientId },
      {
        onData(event) {
          if (event.type !== "frame") return;
          frames += 1;
          // The moment at which it was sent is in the place that the cursor is said to be at.
          for (const { cursor } of event.moved) {
            const sent = cursor?.anchor.item?.clock;
            if (sent !== undefined) delays.push((performance.now() | 0) - sent);
          }
        },
      },
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 1500));
  frames = 0;
  delays.length = 0;
  const end = performance.now() + seconds * 1000;
  const movers = Array.from({ length: people }, async (_, clientId) => {
    while (performance.now() < end) {
      const place = { item: { client: clientId, clock: performance.now() | 0 } };
      await clientOf(clientId).presence.update.mutate({
        documentId,
        clientId,
        cursor: { anchor: place, head: place },
      });
      await new Promise((resolve) => setTimeout(resolve, 33));
    }
  });
  await Promise.all(movers);
  for (const { unsubscribe } of subscriptions) unsubscribe();
  await Promise.all(clients.map((client) => client.close()));
  const perReader = frames / people / seconds;
  report(
    "frames a second to each of 50 in a room, of 30",
    ">= 0.8",
    `${(perReader / 30).toFixed(2)}  (${perReader.toFixed(1)}/s)`,
  );
  report(
    "from one's move to another's screen, p99",
    "< 100 ms",
    `${quantile(delays, 0.99)} ms  (median ${median(delays)} ms)`,
  );
}

/** How long a document takes to open that was typed character by character. */
export async function benchOpening({ url, token, workspaceId, sql }: World): Promise<void> {
  const edits = 100_000;
  const client = createClient({ url, token, transport: "ws" });
  const { id } = await client.document.create.mutate({ workspaceId, title: "Long" });
  const doc = new Y.Doc();
  const text = doc.getText("content");
  const updates: string[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(toBase64(update)));
  for (let n = 0; n < edits; n += 1) text.insert((n * 31) % (text.length + 1), "x");
  for (let from = 0; from < edits; from += 10_000) {
    const rows = updates.slice(from, from + 10_000).map((update, n) => ({ seq: from + n + 2, update }));
    await sql`
      insert into document_log (document_id, workspace_id, seq, kind, update)
      select ${id}, ${workspaceId}, r.seq, 'update', decode(r.update, 'base64')
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (seq int, update text)`;
  }
  await sql`update documents set version = ${edits + 1} where id = ${id}`;
  // One more edit makes the server write its text and fold its log.
  await client.document.applyText.mutate({ id, baseVersion: 1, text: "y" });
  for (let folded = false; !folded;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    folded = (await sql`select 1 from document_snapshots where document_id = ${id}`).length > 0;
  }
  const times: number[] = [];
  for (let n = 0; n < 10; n += 1) {
    const before = performance.now();
    const { update } = await client.document.pull.query({ id });
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Buffer.from(update, "base64"));
    times.push(performance.now() - before);
  }
  await client.close();
  report("opening a document of 100,000 edits, folded", "< 300 ms", `${median(times).toFixed(0)} ms`);
}
