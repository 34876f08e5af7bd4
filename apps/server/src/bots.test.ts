import type { PresenceEvent } from "@mdreader/contract";
import { describe, expect } from "vitest";

import { bots } from "../test/bots.ts";
import { createPlainClient, register } from "../test/calls.ts";
import { findFreePort, type ServerProcess, startProcess } from "../test/process.ts";
import { createTemporaryFolder } from "../test/serve.ts";
import { test as base } from "../test/test.ts";

/** The events and people that a bot has seen so far. */
class Report {
  events: number[] = [];
  snapshots = 0;
  errors: unknown[] = [];
  /** The windows in the document, by their users. */
  windows: string[] = [];

  seePresence(event: PresenceEvent): void {
    if (event.type === "snapshot") {
      this.snapshots += 1;
      this.windows = event.members.map(({ user }) => user.id);
      return;
    }
    this.windows.push(...event.joined.map(({ user }) => user.id));
    for (const { userId } of event.left) this.windows.splice(this.windows.indexOf(userId), 1);
  }
}

const test = base
  /** A server in a process of its own, which may be killed, on the database of the one in this process. */
  .extend("startServer", { scope: "file" }, async ({ served }, { onCleanup }) => {
    const cleanup = new AsyncDisposableStack();
    onCleanup(() => cleanup.disposeAsync());
    const environment = {
      APP_PORT: String(await findFreePort()),
      DATABASE_URL: served.database.url,
      DATA_DIR: await createTemporaryFolder(cleanup),
      JWT_SECRET: served.secret,
      LOG_LEVEL: "error",
    };
    return async (): Promise<ServerProcess & { url: string }> => {
      const server = startProcess(environment);
      cleanup.defer(() => void server.child.kill());
      return { ...server, url: await server.running };
    };
  });

describe("bots that follow a workspace and a document while servers end", () => {
  test("miss no event, get none twice, and know who is there", async ({
    served,
    startServer,
    onTestFinished,
  }) => {
    let server = await startServer();
    const owner = await register(served);
    const { id: workspaceId } = await owner.api.workspace.create.mutate({ name: "Watched" });
    const { id: documentId } = await owner.api.document.create.mutate({ workspaceId, title: "Plan" });
    const join = async () => {
      const person = await register(served);
      const { token } = await owner.api.workspace.invitation.create.mutate({ workspaceId, role: "viewer" });
      await person.api.workspace.invitation.accept.mutate({ token });
      return person;
    };
    let created = 0;
    const createDocuments = async (url: string) => {
      const api = createPlainClient({ url }, owner.accessToken);
      for (let n = 0; n < 3; n += 1)
        await api.document.create.mutate({ workspaceId, title: `Document ${(created += 1)}` });
    };

    const people: string[] = [];
    const reports = new Map<string, Report>();
    for (const [name, start] of Object.entries(bots)) {
      const { user, accessToken } = await join();
      const report = new Report();
      people.push(user.id);
      reports.set(name, report);
      const stop = start({
        url: server.url,
        token: accessToken,
        workspaceId,
        documentId,
        onEvent: (seq) => report.events.push(seq),
        onPresence: (event) => report.seePresence(event),
        onError: (error) => report.errors.push(error),
      });
      onTestFinished(async () => void (await stop()));
    }
    const expectAll = async () => {
      const [row] = await served.database.database
        .sql`select max(seq)::int as last from workspace_events where workspace_id = ${workspaceId}`;
      const all = Array.from({ length: Number(row?.["last"]) }, (_, n) => n + 1);
      for (const [name, report] of reports) {
        await expect.poll(() => report.events, { message: name }).toEqual(all);
        await expect.poll(() => report.windows.toSorted(), { message: name }).toEqual(people.toSorted());
        expect(report.errors, name).toEqual([]);
      }
    };

    await createDocuments(server.url);
    await expectAll();
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      const before = new Map([...reports].map(([name, { snapshots }]) => [name, snapshots]));
      server.child.kill(signal);
      await server.ended;
      await createDocuments(served.url);
      server = await startServer();
      await createDocuments(server.url);
      await expectAll();
      for (const [name, { snapshots }] of reports)
        expect(snapshots, name).toBeGreaterThan(before.get(name) ?? 0);
    }
  }, 300_000);
});
