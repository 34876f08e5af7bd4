import { z } from "zod";

/** The marker of the next page: opaque to callers, given out by the list it belongs to. */
export const cursor = z.string().min(1).max(512);

/** Which page of a list is wanted. Spread it into a list's input. */
export const pageFields = {
  cursor: cursor.nullish(),
  limit: z.int().min(1).max(100).default(50),
  /** What TanStack Query's infinite queries send besides, through tRPC. Lists go one way. */
  direction: z.literal("forward").optional(),
};

/** One page of a list; `nextCursor` is null on the last. */
export function createPageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
