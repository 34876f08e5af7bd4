import type { VersionDiff, VersionDiffInput } from "@mdreader/contract";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { readMarkdown } from "../collab/store/live-document.ts";
import { type VersionText, readVersionText } from "./stored-versions.ts";

/**
 * Compares two saved versions, or one with the current text, in bounded time.
 *
 * @throws AppError NOT_FOUND when a version does not exist.
 */
export async function diffVersions(
  { database: { sql }, documents, textWorkers }: Pick<Services, "database" | "documents" | "textWorkers">,
  { document, caller }: DocumentAccess<"document.readHistory">,
  { from, to }: Pick<VersionDiffInput, "from" | "to">,
): Promise<VersionDiff> {
  const before = await readVersionText(sql, document.id, from);
  const after =
    to === undefined
      ? await documents.read(document.id, (live) => ({
          title: document.title,
          documentVersion: live.version,
          text: readMarkdown(live),
        }))
      : await readVersionText(sql, document.id, to);
  return {
    from: toSide(before, from),
    to: toSide(after, to ?? null),
    ...(await textWorkers.compare(caller.userId, before.text, after.text)),
  };
}

const toSide = ({ title, documentVersion }: VersionText, number: number | null) => ({
  number,
  documentVersion,
  title,
});
