import type { SqlRunner } from "@mdreader/db";

import { AppError } from "../../errors.ts";
import { type Keyframe, unpack, unpackText } from "./body.ts";

type Sql = SqlRunner;

/** What the next saved version of a document builds on. */
export interface Past {
  /** The number of the newest saved version, 0 before the first. */
  number: number;
  /** The document's version that it is of. */
  version: number;
  /** SHA-256 of its text; null before the first. */
  hash: Uint8Array | null;
  label: string | null;
  keyframe: Keyframe | null;
  /** The versions that are packed against the keyframe. */
  since: { versions: number; bytes: number };
}

interface PastRow {
  number: number;
  version: number;
  hash: Uint8Array | null;
  label: string | null;
  keyframe: number | null;
  body: Uint8Array | null;
  bytes: number;
}

/** What is saved of a document so far. @throws AppError NOT_FOUND */
export async function readPast(sql: Sql, documentId: string): Promise<Past> {
  const [row] = await sql<PastRow[]>`
    select d.history_number as number, d.history_version as version, newest.hash, newest.label,
      keyframe.number as keyframe, keyframe.body,
      coalesce((select sum(octet_length(body)) from document_versions
        where document_id = d.id and number > keyframe.number), 0)::int as bytes
    from documents d
    left join document_versions newest on newest.document_id = d.id and newest.number = d.history_number
    left join document_versions keyframe
      on keyframe.document_id = d.id and keyframe.number = coalesce(newest.base, newest.number)
    where d.id = ${documentId}`;
  if (row === undefined) throw new AppError("NOT_FOUND");
  const { number, version, hash, label, body, bytes } = row;
  const keyframe =
    row.keyframe === null || body === null
      ? null
      : { number: row.keyframe, text: unpack(body, null), size: body.length };
  const versions = keyframe === null ? 0 : number - keyframe.number;
  return { number, version, hash, label, keyframe, since: { versions, bytes } };
}

/** A saved version as it was. */
export interface PastText {
  title: string;
  documentVersion: number;
  text: string;
}

/** The text of a saved version. @throws AppError NOT_FOUND when there is none of that number. */
export async function readPastText(sql: Sql, documentId: string, number: number): Promise<PastText> {
  const [row] = await sql<PackedRow[]>`
    ${packedVersions(sql)} where v.document_id = ${documentId} and v.number = ${number}`;
  if (row === undefined) throw new AppError("NOT_FOUND");
  return textIn(row);
}

/**
 * The newest saved version of what a document was at a version of it, or before; null when nothing as old is saved.
 */
export async function readSavedBefore(
  sql: Sql,
  documentId: string,
  documentVersion: number,
): Promise<PastText | null> {
  const [row] = await sql<PackedRow[]>`
    ${packedVersions(sql)}
    where v.document_id = ${documentId} and v.document_version <= ${documentVersion}
      and exists (select 1 from documents where id = ${documentId} and version >= ${documentVersion})
    order by v.number desc limit 1`;
  return row === undefined ? null : textIn(row);
}

interface PackedRow {
  title: string;
  documentVersion: number;
  body: Uint8Array;
  keyframe: Uint8Array | null;
}

const packedVersions = (sql: Sql) => sql`
  select v.title, v.document_version as "documentVersion", v.body, k.body as keyframe
  from document_versions v
  left join document_versions k on k.document_id = v.document_id and k.number = v.base`;

const textIn = ({ title, documentVersion, body, keyframe }: PackedRow): PastText => ({
  title,
  documentVersion,
  text: unpackText(body, keyframe),
});
