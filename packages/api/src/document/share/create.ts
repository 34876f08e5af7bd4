import type { ShareCreated, ShareCreateInput } from "@mdreader/contract";
import { type Executor, createId, shareLinks, type Tx } from "@mdreader/db";
import { and, eq, not } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Caller } from "../../access/identity.ts";
import { recheckCredential } from "../../access/locks.ts";
import { hashSecret, createSecret } from "../../auth/secrets.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { addDaysToNow } from "../../util/days-from-now.ts";
import { lockActiveDocument } from "../metadata.ts";
import { selectShares, toShare } from "./columns.ts";
import { isShareUnexpired } from "./find.ts";

/** Maximum number of links per document. */
const maxShares = 100;

/** Number of characters shown to tell links apart. */
const hintCharacters = 4;

/**
 * Creates a public link to a document. Only this response contains the link: the database stores its hash, so that
 * a copy of the database opens nothing. A lost link must be replaced.
 *
 * @throws AppError LIMIT_REACHED; RATE_LIMITED.
 */
export async function createShare(
  ctx: Context,
  access: DocumentAccess<"share.create">,
  { password, expiresInDays }: Pick<ShareCreateInput, "password" | "expiresInDays">,
): Promise<ShareCreated> {
  const { document, caller } = access;
  const id = createId();
  const token = createSecret();
  // The limit is checked before the password is hashed, which is expensive.
  await assertShareCapacity(ctx, ctx.database.db, document.id);
  const passwordHash = password === undefined ? null : await hashPassword(ctx, caller, password);
  const created = await mutateWorkspace(ctx, "share.create", access, async ({ tx, workspaceId, emit }) => {
    await recheckCredential(tx, caller);
    await lockActiveDocument(tx, document.id);
    await enforceShareLimit(ctx, tx, document.id);
    await tx.insert(shareLinks).values({
      id,
      documentId: document.id,
      workspaceId,
      tokenHash: hashSecret(token),
      hint: token.slice(-hintCharacters),
      passwordHash,
      expiresAt: expiresInDays === undefined ? null : addDaysToNow(ctx, expiresInDays),
      createdBy: caller.userId,
    });
    emit({ kind: "share.created", subjectId: document.id, subjectName: document.title });
    const [row] = await selectShares(tx).where(eq(shareLinks.id, id));
    if (row === undefined) throw new Error("no share was inserted");
    return toShare(row);
  });
  return { ...created, token, url: `${ctx.settings.appUrl}/s/${token}` };
}

/**
 * Hashes the password of a link. Each one counts against a rate limit, because hashing shares a queue with
 * sign-ins.
 */
async function hashPassword(ctx: Context, { userId }: Caller, password: string): Promise<string> {
  await ctx.limiter.consume("share.protect", userId);
  return ctx.passwords.hash(password, { owner: userId });
}

/** Deletes expired links, and counts the others. Call it while holding the document's lock. */
async function enforceShareLimit(services: Pick<Ports, "clock">, tx: Tx, documentId: string): Promise<void> {
  const isValid = isShareUnexpired(services);
  await tx.delete(shareLinks).where(and(eq(shareLinks.documentId, documentId), isValid && not(isValid)));
  await assertShareCapacity(services, tx, documentId);
}

async function assertShareCapacity(
  services: Pick<Ports, "clock">,
  db: Executor,
  documentId: string,
): Promise<void> {
  const isCounted = and(eq(shareLinks.documentId, documentId), isShareUnexpired(services));
  if ((await db.$count(shareLinks, isCounted)) >= maxShares) throw new AppError("LIMIT_REACHED");
}
