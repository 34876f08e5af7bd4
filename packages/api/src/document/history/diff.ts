import type { VersionDiff, VersionDiffInput } from "@mdreader/contract";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { markdownOf } from "../live/live-document.ts";
import { type PastText, readPastText } from "./past.ts";

/**
 * Compares two saved versions, or one with the text as it is now, in bounded time.
 *
 * @throws AppError NOT_FOUND when there is no version of such a number.
 */
export async function diffVersions(
  { database: { sql }, documents, textWork }: Pick<Services, "database" | "documents" | "textWork">,
  { document, caller }: DocumentAccess<"document.readHistory">,
  { from, to }: Pick<VersionDiffInput, "from" | "to">,
): Promise<VersionDiff> {
  const before = await readPastText(sql, document.id, from);
  const after =
    to === undefined
      ? await documents.read(document.id, (live) => ({
          title: document.title,
          documentVersion: live.version,
          text: markdownOf(live),
        }))
      : await readPastText(sql, document.id, to);
  return {
    from: sideOf(before, from),
    to: sideOf(after, to ?? null),
    ...(await textWork.compare(caller.userId, before.text, after.text)),
  };
}

const sideOf = ({ title, documentVersion }: PastText, number: number | null) => ({
  number,
  documentVersion,
  title,
});
