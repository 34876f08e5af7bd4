import type { Language, Page, SearchHit, SearchInput } from "@mdreader/contract";
import { documents, newId } from "@mdreader/db";

import { type Actor, aUser, aWorkspace, type TestApp } from "../../testing/index.ts";
import { searchPairsOf } from "./pairs.ts";

/** A workspace to search in. */
export interface Library {
  workspaceId: string;
  owner: Actor;
  /** Writes documents in order, and gives their ids. */
  add(...texts: Text[]): Promise<string[]>;
  /** What the owner finds, as a page. */
  page(input: Omit<Partial<SearchInput>, "workspaceId">, as?: Actor): Promise<Page<SearchHit>>;
  /** The titles of what the owner finds, best first. */
  find(query: string): Promise<string[]>;
  /** The one hit of a query. */
  only(query: string): Promise<SearchHit>;
}

export interface Text {
  title: string;
  content?: string;
  language?: Language;
  deleted?: boolean;
}

/** An empty workspace with an owner. */
export async function aLibrary(app: TestApp): Promise<Library> {
  const owner = await aUser(app);
  const { id: workspaceId } = await aWorkspace(app, { owner });
  const library: Library = {
    workspaceId,
    owner,
    async add(...texts) {
      const rows = texts.map(({ title, content = "", language = "english", deleted = false }) => ({
        id: newId(),
        workspaceId,
        title,
        content,
        size: Buffer.byteLength(content),
        searchLanguage: language,
        searchPairs: searchPairsOf(title, content),
        deletedAt: deleted ? new Date().toISOString() : null,
      }));
      await app.services.database.db.insert(documents).values(rows);
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
      if (hit === undefined || items.length > 1) throw new Error(`${items.length} hits, not one`);
      return hit;
    },
  };
  return library;
}

/** The marked pieces, and the text that all pieces make. */
export const marked = (pieces: SearchHit["highlightedTitle"] = []) => ({
  text: pieces.map(({ text }) => text).join(""),
  matches: pieces.filter(({ match }) => match).map(({ text }) => text),
});
