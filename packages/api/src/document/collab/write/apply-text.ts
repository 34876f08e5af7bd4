import type { TextApplied } from "@mdreader/contract";

import type { DocumentAccess } from "../../../access/authorize.ts";
import { findViolatedConstraint } from "../../../util/database-errors.ts";
import type { editAction } from "../store/log.ts";
import { mergeText, type TextPorts } from "./merge-text.ts";
import { findResponse } from "./stored-response.ts";

/** A write by a client that has text but no CRDT. */
export interface TextWrite {
  /** The version of the text that the writer started from. */
  baseVersion: number;
  text: string;
  /** Identifies this write among the user's writes to this document. */
  idempotencyKey?: string | undefined;
}

/**
 * Merges a text that is based on a version into the current document. Live editors see the edits as they happen,
 * and concurrent edits are kept. The result is saved as a version, preceded by the edit session until then, if any.
 *
 * @throws AppError VERSION_CONFLICT when the version does not exist; DOCUMENT_TOO_LARGE.
 */
export async function applyText(
  services: TextPorts,
  access: DocumentAccess<typeof editAction>,
  { baseVersion, text, idempotencyKey: key }: TextWrite,
): Promise<TextApplied> {
  const { sql } = services.database;
  const { document, caller } = access;
  const find = async () =>
    key === undefined ? null : findResponse(sql, { documentId: document.id, userId: caller.userId, key });
  const earlier = await find();
  if (earlier !== null) return earlier;

  try {
    const save = { text, base: baseVersion, key, reason: "saved" } as const;
    return (await mergeText(services, access, save)).applied;
  } catch (error) {
    // The same write was sent twice at once, and the other one came first.
    const first = findViolatedConstraint(error) === null ? null : await find();
    if (first !== null) return first;
    throw error;
  }
}
