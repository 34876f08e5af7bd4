import { z } from "zod";

import { createCursor } from "../../util/pagination.ts";

/**
 * A place in the hits of a search, which are ordered by rank, then by id, both descending. `floor` is the last of the
 * word hits that is ranked; it is known once the first page has been found.
 */
export const positionSchema = z.strictObject({
  rank: z.int32(),
  id: z.uuid(),
  floor: z.strictObject({ inTitle: z.boolean(), id: z.guid() }).optional(),
});
export type Position = z.infer<typeof positionSchema>;

export const positionCursor = createCursor(positionSchema);

/** Before the first hit. */
export const firstPosition: Position = { rank: 2 ** 31 - 1, id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };
