import type { VersionReason } from "@mdreader/contract";
import type { Sql, AuthorRecord } from "@mdreader/db";

import { sha256 } from "../../util/hash.ts";
import { encodeBody, type EncodedBody } from "./delta-compression.ts";
import type { HistoryHead } from "./stored-versions.ts";

/** Maximum attempts to save a version while other versions are being saved. */
export const maxSaveAttempts = 20;

/** A state to be saved. */
export interface PendingVersion {
  /** The document's version of this state. */
  documentVersion: number;
  text: string;
  reason: VersionReason;
  label?: string | null;
  restoredFrom?: number | null;
  /** The authors; `edit-session` means all writers since the previous version. */
  authors: readonly AuthorRecord[] | "edit-session";
}

/** A version that is ready to be inserted. */
export interface NewVersion extends EncodedBody, Omit<PendingVersion, "text"> {
  number: number;
  size: number;
  hash: Uint8Array;
  /** The document's version of the previous saved version. */
  after: number;
}

/**
 * Encodes and numbers states as the next versions of a document.
 * @returns The versions, and the last of them as the base of the next.
 */
export function buildVersions(
  newest: HistoryHead,
  drafts: readonly PendingVersion[],
): { versions: NewVersion[]; head: HistoryHead } {
  let head = newest;
  const versions = drafts.map(({ text, ...draft }) => {
    const bytes = Buffer.from(text);
    const encoded = encodeBody(bytes, head.keyframe, head.since);
    const { length } = encoded.body;
    const number = head.number + 1;
    const hash = sha256(text);
    const { version: after, since } = head;
    const next = { number, version: draft.documentVersion, hash, label: draft.label ?? null };
    head =
      encoded.base === null
        ? { ...next, keyframe: { number, text: bytes, size: length }, since: { versions: 0, bytes: 0 } }
        : { ...head, ...next, since: { versions: since.versions + 1, bytes: since.bytes + length } };
    return { ...draft, ...encoded, number, size: bytes.length, hash, after };
  });
  return { versions, head };
}

/** Builds the first version of a document. */
export function buildFirstVersion(text: string): EncodedBody & { size: number; hash: Uint8Array } {
  const bytes = Buffer.from(text);
  return {
    ...encodeBody(bytes, null, { versions: 0, bytes: 0 }),
    size: bytes.length,
    hash: sha256(text),
  };
}

/**
 * Inserts versions as part of the statement that changes the document's row. The row, with its title, must be
 * available as `document` with its history columns advanced.
 */
export const sqlInsertVersionRows = (sql: Sql, versions: readonly NewVersion[]) => sql`
  insert into document_versions (document_id, workspace_id, number, document_version, title,
    body, base, size, hash, reason, label, restored_from, authors)
  ${versions.map(
    (version, index) => sql`
      ${index === 0 ? sql`` : sql`union all`}
      select document.id, document.workspace_id, ${version.number}::int, ${version.documentVersion}::int, document.title,
        ${Buffer.from(version.body)}::bytea, ${version.base}::int, ${version.size}::int, ${version.hash}::bytea,
        ${version.reason}::text, ${version.label ?? null}::text, ${version.restoredFrom ?? null}::int,
        ${sqlSelectAuthors(sql, version)}
      from document`,
  )}`;

/** Selects the authors of an edit session from the log, and from the spans of folded entries. */
function sqlSelectAuthors(sql: Sql, { authors, after, documentVersion }: NewVersion) {
  if (authors !== "edit-session") return sql`${JSON.stringify(authors)}::text::jsonb`;
  return sql`
    (select coalesce(jsonb_agg(jsonb_build_object('userId', author_id, 'tool', tool)), '[]')
      from (
        select author_id, tool from document_log
        where document_id = document.id and seq > ${after} and seq <= ${documentVersion} and kind = 'update'
        union
        select author_id, tool from document_attributions
        where document_id = document.id and seq > ${after} and seq <= ${documentVersion}
      ) writers)`;
}

/** Whether a text equals the last saved version. */
export function isSaved(head: HistoryHead, text: string): boolean {
  return head.hash !== null && sha256(text).equals(head.hash);
}
