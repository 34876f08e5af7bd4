import type { DocumentChange } from "@mdreader/contract";
import { isTrackedEnvelope } from "@trpc/server";
import { expect } from "vitest";

import { checkResource, checkWorkspace } from "../access/resource-checks.ts";
import { streamChanges } from "../document/collab/read/changes.ts";
import { catchReason } from "../testing/index.ts";
import { test as base } from "../testing/test.ts";
import { setSystemTimer } from "../util/set-timer.ts";
import { streamEvents } from "../workspace/events.ts";
import { createInProcessBus } from "./in-process-bus.ts";
import { createSequencePoller } from "./sequence-poller.ts";

const it = base
  /** The context of a call to another server, which does not detect that it receives no messages from the others. */
  .extend("elsewhere", ({ app, owner }) => () => {
    const bus = { ...createInProcessBus(), hasPeers: true };
    const sequencePoller = createSequencePoller({ ...app.services, bus }, setSystemTimer);
    return { ...app.context(owner.credential), bus, sequencePoller };
  });

it("finds the writes of other servers without receiving their messages", async ({
  owner,
  workspaceId,
  elsewhere,
}) => {
  const { id } = await owner.client.document.create({ workspaceId, title: "Notes" });
  const ctx = elsewhere();
  const ended = new AbortController();
  const document = await checkResource(ctx, "document", "document.read", id).require();
  const changes = streamChanges(ctx, document, { after: 1 }, ended.signal);
  const workspace = await checkWorkspace(ctx, "workspace.readActivity", workspaceId).require();
  const events = streamEvents(ctx, workspace, null, ended.signal);
  const next = Promise.all([changes.next(), events.next()]);
  // Both are listening by now, and have found nothing yet.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await owner.client.document.update({ id, title: "Plans" });
  const [change, event] = await next;
  expect(change.value).toMatchObject({ type: "meta", title: "Plans", seq: 2 });
  expect(event.value).toMatchObject({ event: { kind: "document.updated", subjectName: "Plans" } });
  ended.abort();
  await Promise.all([changes.return(), events.return()]);
  ctx.sequencePoller.close();
});

it("makes followers resync when the database is replaced, as after a restored backup", async ({
  app,
  owner,
  workspaceId,
  elsewhere,
}) => {
  const { sql } = app.services.database;
  const { id } = await owner.client.document.create({ workspaceId, title: "Notes" });
  const ctx = elsewhere();
  const ended = new AbortController();
  const document = await checkResource(ctx, "document", "document.read", id).require();
  const changes = streamChanges(ctx, document, { after: 1 }, ended.signal);
  const next = changes.next();
  const workspace = await checkWorkspace(ctx, "workspace.readActivity", workspaceId).require();
  const events = streamEvents(ctx, workspace, null, ended.signal);
  const nextEvent = events.next();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = await ctx.sequencePoller.generation();
  // Simulates loading a dump: new tables with the same rows.
  await sql`alter table document_log rename to former_log`;
  await sql`create table document_log (like former_log including all)`;
  await sql`insert into document_log select * from former_log`;
  await Promise.all(
    [next, nextEvent].map((one) => expect(one).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" })),
  );
  expect(await ctx.sequencePoller.generation()).not.toBe(before);
  ctx.sequencePoller.close();
});

it("rejects resuming after a change from another database", async ({ owner, workspaceId, app }) => {
  const { id } = await owner.client.document.create({ workspaceId, title: "Notes" });
  const follow = async (lastEventId: string) => {
    const changes = await app.as(owner.credential).document.changes({ id, lastEventId });
    const { value } = await changes[Symbol.asyncIterator]().next();
    if (!isTrackedEnvelope<DocumentChange>(value)) throw new Error("the change has no id");
    const [changeId, change] = value;
    return { changeId, change };
  };
  await owner.client.document.update({ id, title: "Plans" });
  await owner.client.document.update({ id, title: "Minutes" });
  const second = await follow("1");
  expect(second.change).toMatchObject({ seq: 2, title: "Plans" });
  expect((await follow(second.changeId)).change).toMatchObject({ seq: 3, title: "Minutes" });
  expect(await catchReason(follow("2-0123456789ab"))).toBe("RESYNC_REQUIRED");
});
