import { z } from "zod";

/** In characters. A cursor can contain a name of the greatest length, in any script. */
const maxCursorLength = 2_048;

/** The position of the next page: opaque to callers, valid for the list that returned it. */
export const pageCursor = z.string().min(1).max(maxCursorLength);

/** The page parameters of a list. Spread them into its input. */
export const pageFields = {
  cursor: pageCursor
    .nullish()
    .describe("The `nextCursor` of the previous page. If omitted, the first page is returned."),
  limit: z.int().min(1).max(100).default(50).describe("The maximum number of items on the page."),
  direction: z
    .literal("forward")
    .optional()
    .describe("Sent by TanStack Query's infinite queries. Has no effect, because lists only go forward."),
};

/** The start of the next page. */
export const nextCursor = z
  .string()
  .nullable()
  .describe("Sent as `cursor`, it returns the next page. Null on the last page.");

/** One page of a list. `nextCursor` is null on the last page. */
export function createPageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item).describe("The items of this page, in the order of the list."),
    nextCursor,
  });
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
