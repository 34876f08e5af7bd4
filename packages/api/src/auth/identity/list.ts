import type { ListedIdentity, Page } from "@mdreader/contract";
import { authIdentities } from "@mdreader/db";
import { and, desc, eq, lt, sql } from "drizzle-orm";

import type { AccountCheck } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { countPreparedRows, idCursor, type PageInput, toIdPage } from "../../util/pagination.ts";
import { identityColumns, toIdentity } from "./columns.ts";

/** The roles that the groups of an identity grant, as JSON. */
const grantedRoles = sql<ListedIdentity["grantedRoles"]>`coalesce((
  select jsonb_agg(jsonb_build_object('workspaceId', w.id, 'workspaceName', w.name, 'role', m.role) order by w.name, w.id)
  from workspace_members m
  join workspaces w on w.id = m.workspace_id and w.deleted_at is null
  where m.granted_by = auth_identities.id), '[]'::jsonb)`.as("granted_roles");

/** Lists the identities that are linked to the caller's account, newest first. @throws AppError BAD_CURSOR. */
export async function listIdentities(
  { settings }: Pick<Context, "settings">,
  check: AccountCheck<"account.manage">,
  { cursor, limit }: PageInput,
): Promise<Page<ListedIdentity>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select({ ...identityColumns, groups: authIdentities.groups, grantedRoles })
      .from(authIdentities)
      .where(
        and(
          eq(authIdentities.userId, check.subject.userId),
          after === null ? undefined : lt(authIdentities.id, after),
        ),
      )
      .orderBy(desc(authIdentities.id))
      .limit(countPreparedRows(limit)),
  );
  return toIdPage(rows, limit, ({ groups, grantedRoles: roles, ...row }) => ({
    ...toIdentity(settings, row),
    groups,
    grantedRoles: roles,
  }));
}
