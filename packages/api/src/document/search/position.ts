import { z } from "zod";

import { createPageCursor } from "../../util/pagination.ts";

/** The last document of a page. Hits are ordered by rank, then by ID, both descending. */
const lastHit = { rank: z.int32(), id: z.uuid() };

/**
 * A position in the search hits. `floors` are the last ranked documents of each kind on the first page, so that later
 * pages rank the same, whatever is written in between.
 */
const positionSchema = z.strictObject({ ...lastHit, floors: z.array(z.guid()).length(3) });
type Position = z.infer<typeof positionSchema>;

export const positionCursor = createPageCursor(positionSchema);

/** The lowest and highest ID. */
export const lowestId = "00000000-0000-0000-0000-000000000000";
const highestId = "ffffffff-ffff-ffff-ffff-ffffffffffff";

const beforeFirst = { rank: 2 ** 31 - 1, id: highestId };

/** The position before the first hit. */
export const firstPosition: Omit<Position, "floors"> & { floors: null } = { ...beforeFirst, floors: null };

/**
 * A position in the hits of a filtered search. They belong to a window of documents, from `floor` to below `ceiling`, and
 * the next window begins below the floor, which is null before a window has been searched.
 */
const windowPositionSchema = z.strictObject({ ...lastHit, ceiling: z.guid(), floor: z.guid().nullable() });
export type WindowPosition = z.infer<typeof windowPositionSchema>;

export const windowCursor = createPageCursor(windowPositionSchema);

/** The position before the first hit of a window. */
export const startWindow = (ceiling: string = highestId): WindowPosition => ({
  ...beforeFirst,
  ceiling,
  floor: null,
});
