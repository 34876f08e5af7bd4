import { type LiveDocument, readMarkdown } from "./collab/store/live-document.ts";

/** Reads the text and the version of an open document. */
export const readLiveText = (document: LiveDocument): { version: number; text: string } => ({
  version: document.version,
  text: readMarkdown(document),
});
