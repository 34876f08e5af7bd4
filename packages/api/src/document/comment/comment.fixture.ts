import { getText } from "@mdreader/collab";
import { expect } from "vitest";
import * as Y from "yjs";

import type { TestActor } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";

export const text = "# Plan\n\nThe quick brown fox jumps.\nAnd sleeps.\n";

export const comments = ({ client }: TestActor) => client.document.comment;

/** A position in a live document, as an anchor contains it. */
export const positionIn = (doc: Y.Doc, index: number, assoc = 0) =>
  Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(getText(doc), index, assoc)) as object;

/** A test with a document to comment on. */
export const test = base
  .extend("documentId", async ({ addDocument }) => (await addDocument("Plan", { content: text })).id)
  /** The input of a comment on a passage. */
  .extend("quoting", ({ documentId }) => (quote: string) => ({
    documentId,
    body: "Is that so?",
    anchor: { quote },
  }))
  .extend(
    "threads",
    ({ viewer, documentId }) =>
      async (state?: "open" | "resolved") =>
        (await comments(viewer).list({ documentId, ...(state && { state }) })).items,
  )
  /** Saves another text. */
  .extend(
    "save",
    ({ editor, documentId }) =>
      (content: string) =>
        editor.client.document.update({ id: documentId, content, overwrite: true }),
  )
  /** The current passage of the first thread; null if it was removed. */
  .extend("readPassage", ({ viewer, documentId, threads }) => async () => {
    const [thread] = await threads();
    const { content, version } = await viewer.client.document.get({ id: documentId });
    const range = thread?.anchor?.range ?? null;
    if (range === null) return null;
    expect(range.version).toBe(version);
    return content.slice(range.from, range.to);
  });
