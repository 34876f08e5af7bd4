import type { Services } from "../../context.ts";
import { idCursor } from "../../util/pagination.ts";
import { readStoredText } from "../read-text.ts";
import type { RenderedLink } from "./read-links.ts";

/** Maximum length of the texts read for a page, in UTF-16 units, without cached ones. The page ends after it. */
const maxLengthRead = 2_000_000;

/**
 * Visits the documents of a page with their links. A page may be short, so that one request does not read many large texts.
 * @param rows More than `limit` documents, if there is a next page.
 * @param visit Returns the length of the texts that it reads itself.
 * @returns The cursor of the next page.
 */
export async function visitPage<Row extends { id: string; version: number }>(
  { database: { db }, linkReader }: Pick<Services, "database" | "linkReader">,
  rows: readonly Row[],
  limit: number,
  visit: (row: Row, links: readonly RenderedLink[]) => Promise<number> | number,
): Promise<string | null> {
  let lengthRead = 0;
  let last: Row | undefined;
  for (const row of rows.slice(0, limit)) {
    if (lengthRead > maxLengthRead) break;
    const links = await linkReader.readLinks(row, async () => {
      const content = await readStoredText(db, row.id);
      lengthRead += content.length;
      return content;
    });
    lengthRead += await visit(row, links);
    last = row;
  }
  return last === undefined || last === rows.at(-1) ? null : idCursor.encode(last.id);
}
