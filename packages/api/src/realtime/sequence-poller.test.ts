import type { DocumentChange } from "@mdreader/contract";
import { isTrackedEnvelope } from "@trpc/server";
import { afterAll, beforeAll, expect, it } from "vitest";

import { checkDocument, checkWorkspace } from "../access/resource-checks.ts";
import { streamChanges } from "../document/collab/read/changes.ts";
import {
  insertUser,
  insertWorkspace,
  type TestActor,
  createTestApp,
  catchReason,
  type TestApp,
} from "../testing/index.ts";
import { setSystemTimer } from "../util/set-timer.ts";
import { streamEvents } from "../workspace/events.ts";
import { createInProcessBus } from "./in-process-bus.ts";
import { createSequencePoller } from "./sequence-poller.ts";

let app: TestApp;
let ada: TestActor;
let workspaceId: string;

beforeAll(async () => {
  app = await createTestApp();
  ada = await insertUser(app);
  workspaceId = (await insertWorkspace(app, { owner: ada })).id;
});
afterAll(() => app[Symbol.asyncDispose]());

/** What a call to another server gets, which believes itself in touch with the others and hears none of them. */
function elsewhere() {
  const bus = { ...createInProcessBus(), hasPeers: true };
  const sequencePoller = createSequencePoller({ ...app.services, bus }, setSystemTimer);
  return { ...app.context(ada.credential), bus, sequencePoller };
}

it("a server that hears nothing of the others finds what they have written", async () => {
  const { id } = await ada.client.document.create({ workspaceId, title: "Notes" });
  const ctx = elsewhere();
  const ended = new AbortController();
  const document = await checkDocument(ctx, "document.read", id).require();
  const changes = streamChanges(ctx, document, { after: 1 }, ended.signal);
  const workspace = await checkWorkspace(ctx, "workspace.readActivity", workspaceId).require();
  const events = streamEvents(ctx, workspace, null, ended.signal);
  const next = Promise.all([changes.next(), events.next()]);
  // Both listen by now, and have found nothing yet.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await ada.client.document.update({ id, title: "Plans" });
  const [change, event] = await next;
  expect(change.value).toMatchObject({ type: "meta", title: "Plans", seq: 2 });
  expect(event.value).toMatchObject({ event: { kind: "document.updated", subjectName: "Plans" } });
  ended.abort();
  await Promise.all([changes.return(), events.return()]);
  ctx.sequencePoller.close();
});

it("has followers begin anew when the database is another one, as after a restored backup", async () => {
  const { sql } = app.services.database;
  const { id } = await ada.client.document.create({ workspaceId, title: "Notes" });
  const ctx = elsewhere();
  const ended = new AbortController();
  const document = await checkDocument(ctx, "document.read", id).require();
  const changes = streamChanges(ctx, document, { after: 1 }, ended.signal);
  const next = changes.next();
  const workspace = await checkWorkspace(ctx, "workspace.readActivity", workspaceId).require();
  const events = streamEvents(ctx, workspace, null, ended.signal);
  const nextEvent = events.next();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = await ctx.sequencePoller.generation();
  // What loading a dump does: the tables are new, their rows are not.
  await sql`alter table document_log rename to former_log`;
  await sql`create table document_log (like former_log including all)`;
  await sql`insert into document_log select * from former_log`;
  await Promise.all(
    [next, nextEvent].map((one) => expect(one).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" })),
  );
  expect(await ctx.sequencePoller.generation()).not.toBe(before);
  ctx.sequencePoller.close();
});

it("refuses to resume after a change that was seen in another database", async () => {
  const { id } = await ada.client.document.create({ workspaceId, title: "Notes" });
  const follow = async (lastEventId: string) => {
    const changes = await app.as(ada.credential).document.changes({ id, lastEventId });
    const { value } = await changes[Symbol.asyncIterator]().next();
    if (!isTrackedEnvelope<DocumentChange>(value)) throw new Error("the change has no id");
    const [changeId, change] = value;
    return { changeId, change };
  };
  await ada.client.document.update({ id, title: "Plans" });
  await ada.client.document.update({ id, title: "Minutes" });
  const second = await follow("1");
  expect(second.change).toMatchObject({ seq: 2, title: "Plans" });
  expect((await follow(second.changeId)).change).toMatchObject({ seq: 3, title: "Minutes" });
  expect(await catchReason(follow("2-0123456789ab"))).toBe("RESYNC_REQUIRED");
});
