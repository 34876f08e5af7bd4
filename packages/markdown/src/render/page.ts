import { renderCompletely } from "./complete.ts";
import { selectEmbedded } from "./embedded.ts";
import { type PagePart, toPageParts } from "./page-parts.ts";

export interface PageOptions {
  /** The slug of the section to render; null for the whole text without its front matter. Absent for everything. */
  section?: string | null;
  /** Added before the ids of headings and footnotes, so that several texts can be on one page. */
  idPrefix?: string;
}

/** Renders a text for a page outside of the app. Null if the text doesn't have the section. */
export async function renderPage(
  text: string,
  { section, idPrefix = "" }: PageOptions = {},
): Promise<PagePart[] | null> {
  const rendered = await renderCompletely(text);
  const blocks = section === undefined ? rendered.blocks : selectEmbedded(rendered, section);
  return blocks === null ? null : toPageParts(blocks, idPrefix);
}
