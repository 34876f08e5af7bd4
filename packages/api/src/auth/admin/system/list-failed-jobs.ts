import type { FailedJob, FailedJobListInput, Page } from "@mdreader/contract";
import { z } from "zod";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { createPageCursor, toPage } from "../../../util/pagination.ts";

const cursorType = createPageCursor(z.object({ failedAt: z.iso.datetime(), id: z.uuid() }));

/** Lists failed jobs without their data, which may contain links. @throws AppError BAD_CURSOR. */
export async function listFailedJobs(
  { operations }: Context,
  _access: Access<"system.read">,
  { cursor, limit }: FailedJobListInput,
): Promise<Page<FailedJob>> {
  const rows = await operations.findFailedJobs(limit + 1, cursorType.decode(cursor));
  return toPage(
    rows,
    limit,
    ({ failedAt, id }) => cursorType.encode({ failedAt, id }),
    (row) => row,
  );
}
