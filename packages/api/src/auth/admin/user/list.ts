import type { ManagedUser, ManagedUserListInput, Page } from "@mdreader/contract";
import { searchableNames, users } from "@mdreader/db";
import { and, desc, like, lt, not, type SQL, sql } from "drizzle-orm";

import type { InstanceCheck } from "../../../access/resource-checks.ts";
import { countPreparedRows, idCursor, toIdPage } from "../../../util/pagination.ts";
import { toLikePattern } from "../../../util/sql-like.ts";
import { userColumns } from "../../account/columns.ts";
import { isPersonalEvenDeleted } from "../../account/service-accounts.ts";

/** Conditions written so that Postgres finds the partial indexes. */
const statusConditions: Record<NonNullable<ManagedUserListInput["status"]>, SQL> = {
  active: sql`${users.deactivatedAt} is null`,
  suspended: sql`${users.deactivatedAt} is not null and ${users.deletedAt} is null`,
  deleted: sql`${users.purgeAt} is not null`,
  superuser: sql`${users.isSuperuser}`,
  unverified: not(users.emailVerified),
};

/** Written as text, because Drizzle refers to the columns of a single table without its name. */
const failedSignIns = sql<number>`(
  select count(*)::int from audit_entries failed
  where failed.target_id = users.id and failed.action = 'account.signInFailed'
    and failed.at > now() - interval '1 day')`;

const isEmailChangePending = sql<boolean>`exists (
  select from email_changes pending where pending.user_id = users.id and pending.expires_at > now())`;

const hasSecondFactorColumn = sql<boolean>`(exists (
  select from second_factors factor where factor.user_id = users.id)
  or exists (select from passkeys passkey where passkey.user_id = users.id))`;

/** Lists users, newest first. @throws AppError BAD_CURSOR. */
export async function listUsers(
  check: InstanceCheck<"user.list">,
  { search, status, cursor, limit }: ManagedUserListInput,
): Promise<Page<ManagedUser>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select({
        ...userColumns,
        passwordChangeRequired: users.passwordChangeRequired,
        isEmailChangePending: isEmailChangePending.as("is_email_change_pending"),
        hasSecondFactor: hasSecondFactorColumn.as("has_second_factor"),
        deletedAt: users.deletedAt,
        purgeAt: users.purgeAt,
        failedSignIns: failedSignIns.as("failed_sign_ins"),
      })
      .from(users)
      .where(
        and(
          isPersonalEvenDeleted,
          search === undefined
            ? undefined
            : like(searchableNames(users), toLikePattern(search.toLowerCase())),
          status && statusConditions[status],
          after === null ? undefined : lt(users.id, after),
        ),
      )
      .orderBy(desc(users.id))
      .limit(countPreparedRows(limit)),
  );
  return toIdPage(rows, limit, (row) => row);
}
