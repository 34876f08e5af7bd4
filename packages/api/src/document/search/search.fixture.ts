import type { Language, Page, SearchHit, SearchInput } from "@mdreader/contract";
import { documents, createId } from "@mdreader/db";

import { type TestActor, insertUser, insertWorkspace, type TestApp } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { indexQueued } from "./search-index.ts";

/** A workspace to search in. */
export interface SearchFixture {
  workspaceId: string;
  owner: TestActor;
  /** Creates documents in order, and returns their IDs. */
  add(...texts: Text[]): Promise<string[]>;
  /** Returns a page of hits for the owner. */
  page(input: Omit<Partial<SearchInput>, "workspaceId">, as?: TestActor): Promise<Page<SearchHit>>;
  /** Returns the titles of the owner's hits, best first. */
  find(query: string): Promise<string[]>;
  /** Returns the only hit of a query. */
  only(query: string): Promise<SearchHit>;
}

export interface Text {
  title: string;
  content?: string;
  language?: Language;
  deleted?: boolean;
}

/** Creates an empty workspace with an owner. */
export async function createSearchFixture(app: TestApp): Promise<SearchFixture> {
  const owner = await insertUser(app);
  const { id: workspaceId } = await insertWorkspace(app, { owner });
  const library: SearchFixture = {
    workspaceId,
    owner,
    async add(...texts) {
      const rows = texts.map(({ title, content = "", language = "english", deleted = false }) => ({
        id: createId(),
        workspaceId,
        title,
        content,
        size: Buffer.byteLength(content),
        searchLanguage: language,
        deletedAt: deleted ? new Date().toISOString() : null,
      }));
      const { db, sql } = app.services.database;
      await db.insert(documents).values(rows);
      while ((await indexQueued(sql)) > 0);
      return rows.map(({ id }) => id);
    },
    page: ({ query = "", ...rest }, { client } = owner) =>
      client.document.search({ workspaceId, query, ...rest }),
    async find(query) {
      const { items } = await library.page({ query });
      return items.map(({ title }) => title);
    },
    async only(query) {
      const { items } = await library.page({ query });
      const [hit] = items;
      if (hit === undefined || items.length > 1) throw new Error(`${items.length} hits instead of one`);
      return hit;
    },
  };
  return library;
}

/** Returns the marked pieces, and the text that all pieces form. */
export const markMatches = (pieces: SearchHit["highlightedTitle"] = []) => ({
  text: pieces.map(({ text }) => text).join(""),
  matches: pieces.filter(({ match }) => match).map(({ text }) => text),
});

/** A test with a workspace to search in. */
export const test = base
  .extend("library", ({ app }) => createSearchFixture(app))
  .extend(
    "find",
    ({ library }) =>
      (query: string) =>
        library.find(query),
  );
