import { edit, firstServerClientId, merge, updateOf } from "@mdreader/collab";
import { fitsDocument, type TextApplied, textApplied } from "@mdreader/contract";
import type { Database } from "@mdreader/db";
import * as Y from "yjs";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Caller, Services } from "../../context.ts";
import { violatedUnique } from "../../database-failure.ts";
import { AppError } from "../../errors.ts";
import { searchPairsOf } from "../search/pairs.ts";
import { announceUpdate } from "./announce.ts";
import { textAt } from "./history.ts";
import { type LiveDocument, markdownOf } from "./live-document.ts";
import type { editing } from "./log.ts";
import type { Workshop, Written } from "./workshop.ts";

/** What a writer that holds text, and no document of its own, wants written. */
export interface TextWrite {
  /** The version whose text the writer started from. */
  baseVersion: number;
  text: string;
  /** Names this write among the person's own to this document. */
  idempotencyKey?: string | undefined;
}

/**
 * Merges what a writer made of a version into the document as it is now: live editors just see it happen, and what they
 * typed meanwhile stays.
 *
 * @throws AppError VERSION_CONFLICT when there has been no such version; DOCUMENT_TOO_LARGE.
 */
export async function applyText(
  services: Pick<Services, "database" | "bus"> & { documents: Workshop },
  { document, caller }: DocumentAccess<typeof editing>,
  write: TextWrite,
): Promise<TextApplied> {
  const { sql } = services.database;
  const { idempotencyKey: key } = write;
  const earlier = key === undefined ? null : await findAnswer(sql, document.id, caller.userId, key);
  if (earlier !== null) return earlier;

  const base = await textAt(sql, document.id, write.baseVersion);
  let plan: Plan | null = null;
  try {
    await services.documents.write(document.id, (live) => {
      plan = planWrite(live, base, write, { caller, title: document.title });
      return plan.written;
    });
  } catch (error) {
    // The same write came twice at once, and the other one was first.
    if (key === undefined || violatedUnique(error) === null) throw error;
    const first = await findAnswer(sql, document.id, caller.userId, key);
    if (first !== null) return first;
    throw error;
  }
  const { answer, written } = needed(plan);
  for (const { update, authorId } of written?.updates ?? []) {
    announceUpdate(services, document.id, { seq: answer.version, update, authorId });
  }
  if (written !== null || key === undefined) return answer;
  // Nothing had to be written, but asked again, when others have written, it is answered the same.
  await sql`
    insert into document_writes (document_id, workspace_id, user_id, key, answer)
    values (${document.id}, ${document.workspaceId}, ${caller.userId}, ${key}, ${JSON.stringify(answer)}::text::jsonb)
    on conflict do nothing`;
  return (await findAnswer(sql, document.id, caller.userId, key)) ?? answer;
}

interface Plan {
  answer: TextApplied;
  written: Written | null;
}

function planWrite(
  live: LiveDocument,
  base: string,
  write: TextWrite,
  { caller, title }: { caller: Caller; title: string },
): Plan {
  const { userId } = caller;
  const { text: content, edits, overlaps } = merge(base, write.text, markdownOf(live));
  if (!fitsDocument(content)) throw new AppError("DOCUMENT_TOO_LARGE");
  const update = updateOf(live.doc, writerIdOf(live, userId), (draft) => edit(draft, edits));
  const answer = { version: live.version + (update === null ? 0 : 1), content, overlaps };
  if (update === null) return { answer, written: null };
  const unclaimed = writersOf(update).filter((clientId) => !live.owners.has(clientId));
  const claims = new Map(unclaimed.map((clientId) => [clientId, userId]));
  const { idempotencyKey: key } = write;
  return {
    answer,
    written: {
      updates: [{ update, authorId: userId }],
      claims,
      callers: [caller],
      saved: { content, title, searchPairs: searchPairsOf(title, content) },
      answer: key === undefined ? undefined : { userId, key, answer },
    },
  };
}

/**
 * The client id that a person's texts are written under: always the same, since a document remembers each for ever. Nobody
 * else writes under it, and what is planned on an older state is planned again.
 */
function writerIdOf({ owners }: LiveDocument, userId: string): number {
  const given = [...owners].filter(([clientId]) => clientId >= firstServerClientId);
  const own = given.find(([, owner]) => owner === userId);
  return own?.[0] ?? firstServerClientId + given.length;
}

const writersOf = (update: Uint8Array): number[] => [...Y.parseUpdateMeta(update).to.keys()];

async function findAnswer(sql: Database["sql"], documentId: string, userId: string, key: string) {
  const [found] = await sql<{ answer: unknown }[]>`
    select answer from document_writes
    where document_id = ${documentId} and user_id = ${userId} and key = ${key}`;
  return found === undefined ? null : textApplied.parse(found.answer);
}

/** The plan of a write that went through. */
function needed(plan: Plan | null): Plan {
  if (plan === null) throw new Error("A write went through that was never planned.");
  return plan;
}
