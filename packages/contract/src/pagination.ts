import { z } from "zod";

/** In characters. A cursor can contain a name of the greatest length, in any script. */
const maxCursorLength = 2_048;

/** The position of the next page: opaque to callers, valid for the list that returned it. */
export const pageCursor = z.string().min(1).max(maxCursorLength);

/** The page parameters of a list. Spread them into its input. */
export const pageFields = {
  cursor: pageCursor.nullish().describe("The `nextCursor` of the previous page. Without it, the first page."),
  limit: z.int().min(1).max(100).default(50).describe("The largest number of items in the page."),
  /** Sent by TanStack Query's infinite queries through tRPC. Lists only go forward. */
  direction: z.literal("forward").optional(),
};

/** One page of a list. `nextCursor` is null on the last page. */
export function createPageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
