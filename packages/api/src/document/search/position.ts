import { z } from "zod";

import { createPageCursor } from "../../util/pagination.ts";

/**
 * A position in the search hits, which are ordered by rank, then by ID, both descending. `floor` is the last ranked
 * word hit. It is known after the first page.
 */
export const positionSchema = z.strictObject({
  rank: z.int32(),
  id: z.uuid(),
  floor: z.strictObject({ inTitle: z.boolean(), id: z.guid() }).optional(),
});
export type Position = z.infer<typeof positionSchema>;

export const positionCursor = createPageCursor(positionSchema);

/** The position before the first hit. */
export const firstPosition: Position = { rank: 2 ** 31 - 1, id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };
