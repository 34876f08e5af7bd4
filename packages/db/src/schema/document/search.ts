import { languages } from "@mdreader/contract";
import { sql } from "drizzle-orm";
import { bigint, customType, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";

import { documentKey, documentRef } from "./document.ts";

/**
 * Size in KiB of the search index's pending list, where new entries are collected before they are sorted in. Each
 * search reads the whole list, which takes a fraction of a millisecond. A larger list makes each entry cheaper: a text of
 * 2 KB takes 0.25 ms with this size and 0.6 ms with 512 KiB.
 */
const pendingListLimitKb = 2048;

const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

/** Number of bits of `document_search.grams`. */
export const gramBits = 4096;

const bits = customType<{ data: string }>({ dataType: () => `bit(${gramBits})` });

/**
 * The index by which documents are found. It follows the documents within a second: a trigger queues each document whose title,
 * text or language changes, and any server indexes it. Documents in the trash have no row.
 */
export const documentSearch = pgTable(
  "document_search",
  {
    ...documentRef(),
    /** The language of the words: the document's own, or else its workspace's. */
    language: text("language", { enum: languages }).notNull(),
    title: text("title").notNull(),
    /** Bytes of the text in UTF-8. */
    size: integer("size").notNull(),
    /** The words of the title, stemmed and unchanged. */
    titleWords: tsvector("title_words").notNull(),
    /** The words of the title and the text, stemmed. */
    words: tsvector("words").notNull(),
    /**
     * The terms that are found exactly: words with symbols in them, and pairs of adjacent characters of scripts without blanks
     * between words.
     */
    tokens: text("tokens").array().notNull(),
    /**
     * A Bloom filter of two and three consecutive characters of the title and the text. A document can only contain a
     * substring if all bits of its characters are set.
     */
    grams: bits("grams").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.documentId] }),
    documentKey("document_search_document_fk", t),
    index("document_search_workspace_idx").on(t.workspaceId, t.documentId),
    index("document_search_language_idx").on(t.workspaceId, t.language),
    // A random 64th of the documents. The last byte of an ID is random.
    index("document_search_sample_idx")
      .on(t.workspaceId, t.documentId)
      .where(sql`get_byte(uuid_send(${t.documentId}), 15) < 4`),
    // Texts that may have more words than are indexed.
    index("document_search_large_idx")
      .on(t.workspaceId, t.documentId)
      .where(sql`${t.size} > 400000`),
    // One index for all search conditions, so that no plan uses an index that covers only some of them. The workspace
    // comes first: the cost of a word depends on this workspace, not on all of them. The workspace is an array, so that
    // no other condition can use it, and no plan scans the workspace's documents one by one.
    index("document_search_idx")
      .using(
        "gin",
        sql`(array[${t.workspaceId}])`,
        sql`(array[${t.language}])`,
        sql`search_costly(${t.words})`,
        sql`search_costly(${t.titleWords})`,
        t.tokens,
        sql`search_costly(${t.title}) gin_trgm_ops`,
      )
      .with({ gin_pending_list_limit: pendingListLimitKb }),
  ],
);

/**
 * Documents to be indexed, in the order of their changes. A document may be in the queue several times, so that writers
 * never wait for each other or for a server that is indexing.
 */
export const documentSearchQueue = pgTable(
  "document_search_queue",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    workspaceId: uuid("workspace_id").notNull(),
    documentId: uuid("document_id").notNull(),
  },
  (t) => [index("document_search_queue_workspace_idx").on(t.workspaceId, t.id)],
);

/**
 * Other names of documents, which wiki links may use: the title and the aliases in front matter. Written along with
 * `document_search`.
 */
export const documentAliases = pgTable(
  "document_aliases",
  {
    ...documentRef(),
    /** As written. */
    name: text("name").notNull(),
    /** As compared: `foldWikiName`. */
    foldedName: text("folded_name").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.documentId, t.foldedName] }),
    documentKey("document_aliases_document_fk", t),
    index("document_aliases_name_idx").on(t.workspaceId, t.foldedName, t.documentId),
    // The workspace comes first, so that no suggestion reads the aliases of all workspaces.
    index("document_aliases_substring_idx").using(
      "gin",
      sql`(array[${t.workspaceId}])`,
      sql`${t.foldedName} gin_trgm_ops`,
    ),
  ],
);
