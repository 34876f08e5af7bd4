import type { Page, StoredMailListInput, StoredMailSummary } from "@mdreader/contract";
import { z } from "zod";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { createPageCursor, toPage } from "../../../util/pagination.ts";

const cursorType = createPageCursor(z.string().max(80));

/** Lists unsent emails, newest first, without their contents. @throws AppError BAD_CURSOR. */
export async function listStoredMails(
  { operations }: Context,
  _access: Access<"system.listMails">,
  { cursor, limit }: StoredMailListInput,
): Promise<Page<StoredMailSummary>> {
  const before = cursorType.decode(cursor);
  const mails = await operations.listUnsentMails();
  const rest = mails.filter(({ id }) => before === null || id < before);
  return toPage(
    rest,
    limit,
    ({ id }) => cursorType.encode(id),
    ({ id, to, kind, at, url }) => ({ id, to, kind, at, hasLink: url !== null }),
  );
}
