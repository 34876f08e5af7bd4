import { auditEntries, apiKeys, authIdentities, authSessions, passkeys, users } from "@mdreader/db";
import { and, asc, eq, gt, isNull, or, sql } from "drizzle-orm";

import { checkAccount } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import type { ArchiveEntry } from "../../document/transfer/zip-stream.ts";
import { readPages } from "../../util/read-pages.ts";
import { auditColumns } from "../admin/audit/filter.ts";
import { keyColumns } from "../api-key/columns.ts";
import { identityColumns } from "../identity/columns.ts";
import { passkeyColumns } from "../passkey/columns.ts";
import { sessionColumns } from "../session/list.ts";
import { userColumns } from "./columns.ts";
import { createJsonEntry, createLinesEntry } from "./exported-lines.ts";
import { listWorkspaceEntries } from "./exported-workspaces.ts";

/**
 * Lists the entries of an archive of an account, while it is written. Each entry is listed once the previous one is
 * written, and only if the caller still has access to it.
 * @throws AppError SESSION_ENDED when the session or account has ended in the meantime.
 */
export async function* listAccountEntries(ctx: Context, userId: string): AsyncGenerator<ArchiveEntry> {
  const changedAt = ctx.clock.now().toISOString();
  for (const { path, open } of createPersonalEntries(ctx, userId)) {
    await checkAccount(ctx, "account.manage").require();
    yield { path, changedAt, isCompressed: false, open };
  }
  yield* listWorkspaceEntries(ctx, userId, changedAt);
}

function createPersonalEntries(ctx: Context, userId: string) {
  const { db } = ctx.database;
  const hasAccess = async () => {
    await checkAccount(ctx, "account.manage").require();
    return true;
  };
  const isOwnSessionRow = eq(authSessions.userId, userId);
  return [
    createJsonEntry("profile.json", async () => {
      const [user] = await db.select(userColumns).from(users).where(eq(users.id, userId));
      return user ?? null;
    }),
    createLinesEntry(
      "sessions.jsonl",
      () =>
        readPages((after, limit) =>
          db
            .select(sessionColumns)
            .from(authSessions)
            .where(
              and(
                isOwnSessionRow,
                isNull(authSessions.revokedAt),
                gt(authSessions.expiresAt, sql`now()`),
                gt(authSessions.id, after),
              ),
            )
            .orderBy(asc(authSessions.id))
            .limit(limit),
        ),
      hasAccess,
    ),
    createLinesEntry(
      "identities.jsonl",
      () =>
        readPages((after, limit) =>
          db
            .select({ ...identityColumns, subject: authIdentities.subject, groups: authIdentities.groups })
            .from(authIdentities)
            .where(and(eq(authIdentities.userId, userId), gt(authIdentities.id, after)))
            .orderBy(asc(authIdentities.id))
            .limit(limit),
        ),
      hasAccess,
    ),
    createLinesEntry(
      "passkeys.jsonl",
      () =>
        readPages((after, limit) =>
          db
            .select(passkeyColumns)
            .from(passkeys)
            .where(and(eq(passkeys.userId, userId), gt(passkeys.id, after)))
            .orderBy(asc(passkeys.id))
            .limit(limit),
        ),
      hasAccess,
    ),
    createLinesEntry(
      "api-keys.jsonl",
      () =>
        readPages((after, limit) =>
          db
            .select({ ...keyColumns, revokedAt: apiKeys.revokedAt })
            .from(apiKeys)
            .where(and(eq(apiKeys.userId, userId), gt(apiKeys.id, after)))
            .orderBy(asc(apiKeys.id))
            .limit(limit),
        ),
      hasAccess,
    ),
    createLinesEntry(
      "audit-log.jsonl",
      () =>
        readPages((after, limit) => {
          const { actorId, targetId, id } = auditEntries;
          return db
            .select({
              ...auditColumns,
              // The IP addresses of other people are left out.
              ipAddress: sql<
                string | null
              >`case when ${actorId} = ${userId} then ${auditEntries.ipAddress} end`,
            })
            .from(auditEntries)
            .where(and(or(eq(actorId, userId), eq(targetId, userId)), gt(id, after)))
            .orderBy(asc(id))
            .limit(limit);
        }),
      hasAccess,
    ),
  ];
}
