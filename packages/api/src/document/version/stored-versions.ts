import type { Sql } from "@mdreader/db";

import { AppError } from "../../errors.ts";
import { type Keyframe, decodeBody, decodeBodyText } from "./delta-compression.ts";

/** The newest saved version of a document, on which the next one is based. */
export interface HistoryHead {
  /** The number of the newest saved version; 0 before the first. */
  number: number;
  /** The document's version of the newest saved version. */
  version: number;
  /** SHA-256 of its text; null before the first. */
  hash: Uint8Array | null;
  label: string | null;
  keyframe: Keyframe | null;
  /** The versions that are encoded against the keyframe. */
  since: { versions: number; bytes: number };
}

export interface HistoryHeadRow {
  number: number;
  version: number;
  hash: Uint8Array | null;
  label: string | null;
  keyframe: number | null;
  body: Uint8Array | null;
  bytes: number;
}

/** Reads the newest saved version of a document. @throws AppError NOT_FOUND */
export async function readHistoryHead(sql: Sql, documentId: string): Promise<HistoryHead> {
  const [row] = await sql<HistoryHeadRow[]>`
    select head.* from documents d cross join lateral (${sqlSelectHistoryHead(sql)}) head where d.id = ${documentId}`;
  if (row === undefined) throw new AppError("NOT_FOUND");
  return toHistoryHead(row);
}

/** Selects the newest saved version of document `d`. */
export const sqlSelectHistoryHead = (sql: Sql) => sql`
  select d.history_number as number, d.history_version as version, newest.hash, newest.label,
    keyframe.number as keyframe, keyframe.body,
    coalesce((select sum(octet_length(body)) from document_versions
      where document_id = d.id and number > keyframe.number), 0)::int as bytes
  from (values (1)) one
  left join document_versions newest on newest.document_id = d.id and newest.number = d.history_number
  left join document_versions keyframe
    on keyframe.document_id = d.id and keyframe.number = coalesce(newest.base, newest.number)`;

export function toHistoryHead({ keyframe: base, body, bytes, ...row }: HistoryHeadRow): HistoryHead {
  const keyframe =
    base === null || body === null ? null : { number: base, text: decodeBody(body, null), size: body.length };
  const versions = keyframe === null ? 0 : row.number - keyframe.number;
  return { ...row, keyframe, since: { versions, bytes } };
}

/** The text of a saved version. */
export interface VersionText {
  title: string;
  documentVersion: number;
  text: string;
}

/** Reads the text of a saved version. @throws AppError NOT_FOUND when the version does not exist. */
export async function readVersionText(sql: Sql, documentId: string, number: number): Promise<VersionText> {
  const [row] = await sql<EncodedRow[]>`
    ${selectEncodedVersions(sql)} where v.document_id = ${documentId} and v.number = ${number}`;
  if (row === undefined) throw new AppError("NOT_FOUND");
  return decodeRow(row);
}

/** Reads the newest saved version at or before a version of a document; null if nothing that old is saved. */
export async function readVersionBefore(
  sql: Sql,
  documentId: string,
  documentVersion: number,
): Promise<VersionText | null> {
  const [row] = await sql<EncodedRow[]>`
    ${selectEncodedVersions(sql)}
    where v.document_id = ${documentId} and v.document_version <= ${documentVersion}
      and exists (select 1 from documents where id = ${documentId} and version >= ${documentVersion})
    order by v.number desc limit 1`;
  return row === undefined ? null : decodeRow(row);
}

interface EncodedRow {
  title: string;
  documentVersion: number;
  body: Uint8Array;
  keyframe: Uint8Array | null;
}

const selectEncodedVersions = (sql: Sql) => sql`
  select v.title, v.document_version as "documentVersion", v.body, k.body as keyframe
  from document_versions v
  left join document_versions k on k.document_id = v.document_id and k.number = v.base`;

const decodeRow = ({ title, documentVersion, body, keyframe }: EncodedRow): VersionText => ({
  title,
  documentVersion,
  text: decodeBodyText(body, keyframe),
});
