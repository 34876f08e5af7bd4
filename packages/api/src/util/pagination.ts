import type { Page } from "@mdreader/contract";
import { z } from "zod";

import { AppError } from "../errors.ts";

/**
 * Keyset pagination: a cursor holds the sort key of the last returned item, so that page 200 costs as much as page 1.
 */

/** The page parameters of list inputs. */
export interface PageInput {
  cursor?: string | null | undefined;
  limit: number;
}

/** Creates a cursor type for a sort key, encoded as base64url of JSON. */
export function createPageCursor<Key extends z.ZodType>(key: Key) {
  return {
    encode: (value: z.infer<Key>): string => Buffer.from(JSON.stringify(value)).toString("base64url"),
    /** @throws AppError BAD_CURSOR for anything that `encode` can't have produced. */
    decode(cursor: string | null | undefined): z.infer<Key> | null {
      if (cursor === null || cursor === undefined) return null;
      const value = parseJson(Buffer.from(cursor, "base64url").toString("utf8"));
      const parsed = key.safeParse(value);
      if (!parsed.success || !isStorable(value)) throw new AppError("BAD_CURSOR");
      return parsed.data;
    },
  };
}

/** Whether Postgres can compare with all strings in a cursor: none has NUL characters or unpaired surrogates. */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isStorable);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A cursor over rows ordered by ID. */
export const idCursor = createPageCursor(z.uuid());

/** The positions before and after all IDs. */
export const lowestId = "00000000-0000-0000-0000-000000000000";
export const highestId = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** The lengths of the pages that prepared lists read. They are few, because each connection keeps a plan for each. */
const preparedLengths = [10, 50, 100];

/** Returns the number of rows that a prepared list reads for a page: more than its limit. */
export const countPreparedRows = (limit: number): number =>
  1 + (preparedLengths.find((length) => length >= limit) ?? limit);

/**
 * Builds a page from rows of which more than `limit` were queried. An extra row shows that there is a next page.
 * @param cursorAfter Returns the cursor that continues after a row.
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorAfter: (row: Row) => string,
  toItem: (row: Row) => Item,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? cursorAfter(last) : null,
  };
}

/** Builds a page from rows that are ordered by ID. */
export const toIdPage = <Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): Page<Item> => toPage(rows, limit, ({ id }) => idCursor.encode(id), toItem);
