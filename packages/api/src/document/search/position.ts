import { z } from "zod";

import { cursorOf } from "../../pagination.ts";

/**
 * A place in the hits of a search, which are ordered by rank, then by id, both descending. `floor` is the last of the
 * word hits that is ranked: null where all are, absent before the first page has found out.
 */
export const position = z.strictObject({
  rank: z.int32(),
  id: z.uuid(),
  floor: z.strictObject({ inTitle: z.boolean(), id: z.uuid() }).nullish(),
});
export type Position = z.infer<typeof position>;

export const positionCursor = cursorOf(position);

/** Before the first hit. */
export const start: Position = { rank: 2 ** 31 - 1, id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };
