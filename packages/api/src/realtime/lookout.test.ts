import { afterAll, beforeAll, expect, it } from "vitest";

import { documentGate, workspaceGate } from "../access/gate.ts";
import { followDocument } from "../document/live/changes.ts";
import { aUser, aWorkspace, type Actor, createTestApp, type TestApp } from "../testing/index.ts";
import { followWorkspace } from "../workspace/events.ts";
import { createInProcessBus } from "./in-process-bus.ts";
import { createLookout } from "./lookout.ts";
import { systemSchedule } from "./schedule.ts";

let app: TestApp;
let ada: Actor;
let workspaceId: string;

beforeAll(async () => {
  app = await createTestApp();
  ada = await aUser(app);
  workspaceId = (await aWorkspace(app, { owner: ada })).id;
});
afterAll(() => app[Symbol.asyncDispose]());

/** What a call to another server gets, which believes itself in touch with the others and hears none of them. */
function elsewhere() {
  const bus = { ...createInProcessBus(), shared: true };
  const lookout = createLookout({ ...app.services, bus }, systemSchedule);
  return { ...app.context(ada.credential), bus, lookout };
}

it("a server that hears nothing of the others finds what they have written", async () => {
  const { id } = await ada.client.document.create({ workspaceId, title: "Notes" });
  const ctx = elsewhere();
  const ended = new AbortController();
  const document = await documentGate(ctx, "document.read", id).pass();
  const changes = followDocument(ctx, document, { after: 1 }, ended.signal);
  const workspace = await workspaceGate(ctx, "workspace.readActivity", workspaceId).pass();
  const events = followWorkspace(ctx, workspace, null, ended.signal);
  const next = Promise.all([changes.next(), events.next()]);
  // Both listen by now, and have found nothing yet.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await ada.client.document.update({ id, title: "Plans" });
  const [change, event] = await next;
  expect(change.value).toMatchObject({ type: "meta", title: "Plans", seq: 2 });
  expect(event.value).toMatchObject({ kind: "document.updated", subjectName: "Plans" });
  ended.abort();
  await Promise.all([changes.return(), events.return()]);
  ctx.lookout.close();
});
