import type { Language } from "@mdreader/contract";
import { documents, documentSearch, createId } from "@mdreader/db";
import { asc, eq, sql } from "drizzle-orm";
import { describe, expect } from "vitest";

import { mutateWorkspace } from "../access/authorized-transaction.ts";
import { checkWorkspace } from "../access/resource-checks.ts";
import { indexQueued } from "../document/search/search-index.ts";
import { insertUser, insertWorkspace } from "../testing/index.ts";
import { test as base } from "../testing/test.ts";

const it = base
  .extend(
    "db",
    ({ app }) =>
      () =>
        app.services.database.db,
  )
  /** Searches a workspace by the stems of its language, and returns the titles. */
  .extend("found", ({ app, db }) => async (workspaceId: string, word: string): Promise<string[]> => {
    while ((await indexQueued(app.services.database.sql)) > 0);
    const rows = await db()
      .select({ title: documentSearch.title })
      .from(documentSearch)
      .where(
        sql`${documentSearch.workspaceId} = ${workspaceId}
        and ${documentSearch.words} @@ plainto_tsquery(${documentSearch.language}::regconfig, ${word})`,
      )
      .orderBy(asc(documentSearch.title));
    return rows.map(({ title }) => title);
  });

describe("changing the language of a workspace", () => {
  it("reindexes its documents, except those with a language of their own", async ({ app, db, found }) => {
    const owner = await insertUser(app);
    const { id: workspaceId } = await insertWorkspace(app, { owner });
    const content = "die Häuser am See, the running horses";
    await db()
      .insert(documents)
      .values([
        { workspaceId, title: "Of the workspace", content },
        { workspaceId, title: "In the trash", content, deletedAt: new Date().toISOString() },
        { workspaceId, title: "English", content, language: "english", searchLanguage: "english" },
      ]);
    expect(await found(workspaceId, "run")).toEqual(["English", "Of the workspace"]);
    expect(await found(workspaceId, "Haus")).toEqual([]);

    const updated = await owner.client.workspace.update({ id: workspaceId, language: "german" });
    expect(updated.language).toBe("german");
    expect(await found(workspaceId, "Haus")).toEqual(["Of the workspace"]);
    expect(await found(workspaceId, "run")).toEqual(["English"]);
    await db().update(documents).set({ deletedAt: null }).where(eq(documents.workspaceId, workspaceId));
    expect(await found(workspaceId, "Haus")).toEqual(["In the trash", "Of the workspace"]);
  });

  it("reindexes any number of documents, including large ones, and none of other workspaces", async ({
    app,
    db,
  }) => {
    const owner = await insertUser(app);
    const [large, other] = [await insertWorkspace(app, { owner }), await insertWorkspace(app, { owner })];
    await db()
      .insert(documents)
      .values(
        Array.from({ length: 1200 }, (_, number) => ({
          workspaceId: large.id,
          title: `Document ${number}`,
          size: number % 400 === 0 ? 1_500_000 : 100,
        })),
      );
    await db().insert(documents).values({ workspaceId: other.id, title: "Elsewhere" });
    await owner.client.workspace.update({ id: large.id, language: "french" });
    const languages = await db()
      .select({ workspaceId: documents.workspaceId, language: documents.searchLanguage })
      .from(documents)
      .groupBy(documents.workspaceId, documents.searchLanguage)
      .where(sql`${documents.workspaceId} in (${large.id}, ${other.id})`);
    expect(languages.toSorted((a, b) => a.workspaceId.localeCompare(b.workspaceId))).toEqual([
      { workspaceId: large.id, language: "french" },
      { workspaceId: other.id, language: "english" },
    ]);
  });

  it("reindexes documents that are being written at the same time", async ({ app, db }) => {
    const owner = await insertUser(app);
    for (const language of ["german", "french", "spanish", "italian", "english"] as const) {
      const { id: workspaceId } = await insertWorkspace(app, { owner });
      await db()
        .insert(documents)
        .values(Array.from({ length: 50 }, () => ({ workspaceId, title: "Before" })));
      const ctx = app.context(owner.credential);
      const access = await checkWorkspace(ctx, "document.create", workspaceId).require();
      const write = () =>
        mutateWorkspace(ctx, "document.create", access, async ({ tx, emit }) => {
          const ofWorkspace = sql<Language>`(select language from workspaces where id = ${workspaceId})`;
          await tx.insert(documents).values({ workspaceId, title: "Meanwhile", searchLanguage: ofWorkspace });
          const ofThisWorkspace = eq(documents.workspaceId, workspaceId);
          // In one order, so that the writers don't wait for each other in a circle.
          await tx.select().from(documents).where(ofThisWorkspace).orderBy(documents.id).for("no key update");
          await tx.update(documents).set({ title: "Edited" }).where(ofThisWorkspace);
          emit({ kind: "document.created" });
        });
      await Promise.all([
        write(),
        owner.client.workspace.update({ id: workspaceId, language }),
        write(),
        write(),
      ]);
      const languages = await db()
        .selectDistinct({ language: documents.searchLanguage })
        .from(documents)
        .where(eq(documents.workspaceId, workspaceId));
      expect(languages).toEqual([{ language }]);
    }
  });

  it("does not mark the documents as edited", async ({ app, db }) => {
    const owner = await insertUser(app);
    const { id: workspaceId } = await insertWorkspace(app, { owner });
    const id = createId();
    await db().insert(documents).values({ id, workspaceId, title: "Document" });
    const stamp = async () => {
      const [row] = await db()
        .select({ version: documents.version, updatedAt: documents.updatedAt })
        .from(documents)
        .where(eq(documents.id, id));
      return row;
    };
    const before = await stamp();
    await owner.client.workspace.update({ id: workspaceId, language: "italian" });
    expect(await stamp()).toEqual(before);
  });
});
