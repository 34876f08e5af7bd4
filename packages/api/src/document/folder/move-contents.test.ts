import { randomBytes } from "node:crypto";

import { createId, documentLog, documents, files, folders, workspaceEvents } from "@mdreader/db";
import { and, asc, count, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { describe, expect } from "vitest";

import { checkResource } from "../../access/resource-checks.ts";
import type { Services } from "../../context.ts";
import { sweepFiles } from "../../file/sweep.ts";
import { catchReason } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { deleteFolder } from "./delete.ts";
import { recoverPendingFolders } from "./move-contents.ts";
import { restoreFolder } from "./restore.ts";

/** More than several batches. */
const documentCount = 450;
const fileCount = 230;

const isWhole = { live: [documentCount, fileCount], deleted: [1, 0] };
const allDeleted = { live: [0, 0], deleted: [documentCount + 1, fileCount] };

const test = base
  /** A folder with another one inside. Both contain documents and files, and one document is in the trash already. */
  .extend("folderIds", async ({ app, workspaceId }) => {
    const [folderId, innerId] = [createId(), createId()];
    const { db } = app.services.database;
    await db.insert(folders).values([
      { id: folderId, workspaceId, name: "Outer" },
      { id: innerId, workspaceId, name: "Inner", parentId: folderId },
    ]);
    const inFolder = (n: number) => (n % 2 === 0 ? folderId : innerId);
    await db.insert(documents).values(
      Array.from({ length: documentCount + 1 }, (_, n) => {
        const id = createId();
        const isDeleted = n === documentCount;
        const deletion = isDeleted && { deletedAt: "2026-01-01T00:00:00Z", deletedWith: id };
        return { id, workspaceId, folderId: inFolder(n), title: `Document ${n}`, ...deletion };
      }),
    );
    await db.insert(files).values(
      Array.from({ length: fileCount }, (_, n) => ({
        id: createId(),
        workspaceId,
        folderId: inFolder(n),
        path: `${n}.png`,
        mediaType: "image/png",
        size: 1,
        hash: randomBytes(32),
      })),
    );
    return [folderId, innerId] as const;
  })
  .extend("folderId", ({ folderIds }) => folderIds[0])
  .extend("innerId", ({ folderIds }) => folderIds[1])
  .extend("countItems", ({ app, workspaceId }) => async () => {
    const { db } = app.services.database;
    const countIn = async (table: typeof documents | typeof files, isDeleted: boolean) => {
      const inState = (isDeleted ? isNotNull : isNull)(table.deletedAt);
      const [found] = await db
        .select({ count: count() })
        .from(table)
        .where(and(eq(table.workspaceId, workspaceId), inState));
      return found?.count ?? 0;
    };
    return {
      live: [await countIn(documents, false), await countIn(files, false)],
      deleted: [await countIn(documents, true), await countIn(files, true)],
    };
  })
  .extend("readEvents", ({ app, workspaceId }) => async () => {
    const rows = await app.services.database.db
      .select({
        kind: workspaceEvents.kind,
        subjectId: workspaceEvents.subjectId,
        actorId: workspaceEvents.actorId,
      })
      .from(workspaceEvents)
      .where(eq(workspaceEvents.workspaceId, workspaceId))
      .orderBy(asc(workspaceEvents.seq));
    return rows.filter(({ kind }) => kind.startsWith("folder."));
  });

describe("a folder with more contents than fit into one transaction", () => {
  test("is deleted and restored as a whole, with one event each and entries in the logs", async ({
    folderId,
    countItems,
    workspaceId,
    owner,
    readEvents,
    app,
    innerId,
  }) => {
    expect(await owner.client.document.folder.delete({ id: folderId })).toEqual({
      id: folderId,
      documents: documentCount,
      folders: 2,
    });
    expect(await countItems()).toEqual(allDeleted);
    const { items } = await owner.client.document.trash({ workspaceId });
    expect(items.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "folder Outer",
      `document Document ${documentCount}`,
    ]);

    expect((await owner.client.document.folder.restore({ id: folderId })).name).toBe("Outer");
    expect(await countItems()).toEqual(isWhole);
    const event = { subjectId: folderId, actorId: owner.id };
    expect(await readEvents()).toEqual([
      { ...event, kind: "folder.deleted" },
      { ...event, kind: "folder.restored" },
    ]);
    const entries = await app.services.database.db
      .select({ deleted: sql<boolean>`(${documentLog.meta} ->> 'deleted')::boolean`, count: count() })
      .from(documentLog)
      .where(and(eq(documentLog.workspaceId, workspaceId), eq(documentLog.authorId, owner.id)))
      .groupBy(sql`1`)
      .orderBy(sql`1`);
    expect(entries).toEqual([
      { deleted: false, count: documentCount },
      { deleted: true, count: documentCount },
    ]);
    const [inner] = await app.services.database.db.select().from(folders).where(eq(folders.id, innerId));
    expect(inner).toMatchObject({ deletedAt: null, deletedWith: null });
  });

  test("is completed by any server if the server stops in between", async ({
    app,
    owner,
    folderId,
    countItems,
    readEvents,
    innerId,
  }) => {
    const { services } = app;
    /** Stops after the first transaction. */
    const stopping: Services = {
      ...services,
      bus: {
        ...services.bus,
        publish() {
          throw new Error("the server stops");
        },
      },
    };
    const access = await checkResource(
      app.context(owner.credential),
      "folder",
      "folder.delete",
      folderId,
    ).require();
    await expect(deleteFolder(stopping, access)).rejects.toThrow("the server stops");
    expect((await countItems()).live[0]).toBeGreaterThan(0);
    expect(await catchReason(owner.client.document.folder.restore({ id: folderId }))).toBe("UNAVAILABLE");
    expect(await readEvents()).toEqual([]);
    expect(await recoverPendingFolders(services)).toBe(1);
    expect(await countItems()).toEqual(allDeleted);

    const back = await checkResource(
      app.context(owner.credential),
      "folder",
      "folder.restore",
      folderId,
      "trash",
    ).require();
    await expect(restoreFolder(stopping, back)).rejects.toThrow("the server stops");
    expect((await countItems()).deleted[0]).toBeGreaterThan(1);
    expect(await catchReason(owner.client.document.folder.delete({ id: folderId }))).toBe("UNAVAILABLE");
    const early = [
      owner.client.document.folder.delete({ id: innerId }),
      owner.client.document.folder.delete({ id: innerId, onlyIfEmpty: true }),
      owner.client.document.folder.move({ id: innerId, parentId: null }),
    ];
    expect(await Promise.all(early.map(catchReason))).toEqual(early.map(() => "UNAVAILABLE"));
    const expiredAt = new Date(Date.now() + 2 * services.settings.trashRetentionSeconds * 1000);
    await sweepFiles({ ...services, clock: { now: () => expiredAt } });
    expect(await Promise.all([recoverPendingFolders(services), recoverPendingFolders(services)])).toEqual([
      1, 1,
    ]);
    expect(await countItems()).toEqual(isWhole);
    expect((await readEvents()).map(({ kind }) => kind)).toEqual(["folder.deleted", "folder.restored"]);
    expect(await recoverPendingFolders(services)).toBe(0);
  });

  test("is completed for the other folders if one keeps failing", async ({
    app,
    workspaceId,
    folderId,
    owner,
    countItems,
  }) => {
    const { services } = app;
    const { id: failingId } = await owner.client.document.folder.create({ workspaceId, name: "Failing" });
    const failingIds = Array.from({ length: 250 }, () => createId());
    await services.database.db
      .insert(documents)
      .values(failingIds.map((id) => ({ id, workspaceId, folderId: failingId, title: id })));
    const failingFor = (fails: (channel: string) => boolean): Services => ({
      ...services,
      bus: {
        ...services.bus,
        publish(channel, message) {
          if (fails(channel)) throw new Error("the bus has failed");
          services.bus.publish(channel, message);
        },
      },
    });
    for (const id of [failingId, folderId]) {
      const access = await checkResource(
        app.context(owner.credential),
        "folder",
        "folder.delete",
        id,
      ).require();
      await expect(
        deleteFolder(
          failingFor(() => true),
          access,
        ),
      ).rejects.toThrow("the bus has failed");
    }
    const hasFailingId = (channel: string) => failingIds.some((id) => channel.includes(id));
    await expect(recoverPendingFolders(failingFor(hasFailingId))).rejects.toThrow(AggregateError);
    const { live } = await countItems();
    expect(live[0]).toBeGreaterThan(0);
    expect(live[0]).toBeLessThan(failingIds.length);
    expect(live[1]).toBe(0);
  });
});
