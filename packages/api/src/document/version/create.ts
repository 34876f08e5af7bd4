import { can, roles, type SavedVersion, type WorkspaceAction } from "@mdreader/contract";

import type { DocumentAccess } from "../../access/authorize.ts";
import { areCredentialsValid } from "../../access/credential-validity.ts";
import { haveRequiredSecondFactor } from "../../access/second-factor-proof.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { readLiveText } from "../read-live-text.ts";
import { sqlInsertVersionRows, isSaved, buildVersions, maxSaveAttempts } from "./build-versions.ts";
import { describeVersion } from "./get.ts";
import { readHistoryHead } from "./stored-versions.ts";

const nameAction = "document.nameVersion" satisfies WorkspaceAction;
const rolesThatName = roles.filter((role) => can(role, nameAction));

/**
 * Names the document's current state: the newest version, if it has the same text and no name yet, otherwise a new
 * one.
 *
 * @throws AppError NOT_FOUND when access was lost in the meantime.
 */
export async function nameVersion(
  { database: { db, sql }, documents }: Pick<Services, "database" | "documents">,
  { document, workspaceId, caller }: DocumentAccess<typeof nameAction>,
  label: string,
): Promise<SavedVersion> {
  // Locks the membership until the commit, so that concurrent role changes wait, and earlier ones are seen.
  const selectNamer = sql`
    namer as (
      select from workspace_members m
      join workspaces w on w.id = m.workspace_id and w.deleted_at is null
      where m.workspace_id = ${workspaceId} and m.user_id = ${caller.userId} and m.role = any(${rolesThatName}::text[])
      for share of m
    )`;
  for (let attempt = 0; attempt < maxSaveAttempts; attempt += 1) {
    const head = await readHistoryHead(sql, document.id);
    const { version, text } = await documents.read(document.id, readLiveText);
    const isUnnamedHead = isSaved(head, text) && head.label === null;
    const authors =
      head.version < version
        ? ("edit-session" as const)
        : [{ userId: caller.userId, tool: caller.apiKeyName }];
    const drafts = [{ documentVersion: version, text, reason: "named" as const, label, authors }];
    const { versions } = buildVersions(head, isUnnamedHead ? [] : drafts);
    const inserted = await sql`
      with ${selectNamer}, document as (
        update documents
        set history_number = history_number + ${versions.length}, history_version = greatest(history_version, ${version})
        where id = ${document.id} and history_number = ${head.number} and deleted_at is null
          and exists (select from namer) and ${areCredentialsValid(sql, [caller])}
          and ${haveRequiredSecondFactor(sql, workspaceId, [caller])}
        returning id, workspace_id, title, version, history_number as number
      ), ended as (
        delete from document_edit_sessions using document where document_id = document.id and document.version <= ${version}
      ), versioned as (
        ${
          isUnnamedHead
            ? sql`update document_versions v set label = ${label} from document
                where v.document_id = document.id and v.number = document.number and v.label is null`
            : sqlInsertVersionRows(sql, versions)
        }
      )
      select number from document`;
    if (inserted.count > 0) return describeVersion(db, document.id, head.number + versions.length);
    const membership = await sql`
      with ${selectNamer} select from namer
      where ${areCredentialsValid(sql, [caller])} and ${haveRequiredSecondFactor(sql, workspaceId, [caller])}`;
    if (membership.count === 0) throw new AppError("NOT_FOUND");
  }
  throw new AppError("UNAVAILABLE", { retryAfter: 1 });
}
