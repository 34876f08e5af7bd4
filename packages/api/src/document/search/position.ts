import { z } from "zod";

import { createPageCursor } from "../../util/pagination.ts";

/**
 * A position in the search hits, which are ordered by rank, then by ID, both descending. `floors` are the last ranked
 * documents of each kind on the first page, so that later pages rank the same, whatever is written in between.
 */
const positionSchema = z.strictObject({
  rank: z.int32(),
  id: z.uuid(),
  floors: z.array(z.guid()).length(3),
});
type Position = z.infer<typeof positionSchema>;

export const positionCursor = createPageCursor(positionSchema);

/** The position before the first hit. */
export const firstPosition: Omit<Position, "floors"> & { floors: null } = {
  rank: 2 ** 31 - 1,
  id: "ffffffff-ffff-ffff-ffff-ffffffffffff",
  floors: null,
};
