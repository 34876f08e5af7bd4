import type { Holding, HoldingListInput, Page, Person } from "@mdreader/contract";
import {
  apiKeys,
  type Db,
  documents,
  type Executor,
  shareLinks,
  users,
  workspaceInvitations,
  workspaceMembers,
  workspaces,
} from "@mdreader/db";
import {
  aliasedTable,
  and,
  asc,
  desc,
  eq,
  gt,
  inArray,
  isNull,
  lt,
  ne,
  notExists,
  or,
  type SQL,
  sql,
} from "drizzle-orm";

import { isShareUnexpired } from "../../document/share/find.ts";
import type { Ports } from "../../ports.ts";
import { idCursor, toIdPage } from "../../util/pagination.ts";
import { isPending } from "../../workspace/invitation/pending.ts";
import { isPersonal } from "./service-accounts.ts";

/** Members who are offered as the new owner of a workspace. */
const maxCandidates = 20;

type HoldingRow = Omit<Holding, "candidates">;
type HoldingPorts = Pick<Ports, "database" | "clock">;

/**
 * Lists what a user would leave behind: workspaces without another active owner, keys, public links and pending
 * invitations, newest first. Titles of documents are not part of it, because superusers see it.
 * @throws AppError BAD_CURSOR.
 */
export async function readHoldings(
  services: HoldingPorts,
  userId: string,
  { cursor, limit }: HoldingListInput,
): Promise<Page<Holding>> {
  const after = idCursor.decode(cursor);
  // Each kind has an index by user, so a bounded read of each costs no more than one.
  const found = await Promise.all(
    [readOwnerships, readKeys, readWorkspaceKeys, readShares, readInvitations].map((select) =>
      select(services, userId, after, limit + 1),
    ),
  );
  const rows = found.flat().toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const owned = rows.slice(0, limit).flatMap(({ kind, id }) => (kind === "ownership" ? [id] : []));
  const candidates = await readCandidates(services.database.db, userId, owned);
  return toIdPage(rows, limit, (row) => ({ ...row, candidates: candidates.get(row.id) ?? [] }));
}

/** The condition that a workspace has no active owner besides a user. */
function hasNoOtherOwner(db: Executor, userId: string) {
  const other = aliasedTable(workspaceMembers, "other");
  const owner = aliasedTable(users, "owner");
  return notExists(
    db
      .select({ userId: other.userId })
      .from(other)
      .innerJoin(owner, and(eq(owner.id, other.userId), isNull(owner.deactivatedAt)))
      .where(
        and(
          eq(other.workspaceId, workspaceMembers.workspaceId),
          eq(other.role, "owner"),
          ne(other.userId, userId),
        ),
      ),
  );
}

/** The workspaces that only this user owns, except those in the trash. */
export const selectSolelyOwned = (db: Executor, userId: string) =>
  db
    .select({ id: workspaces.id, name: workspaces.name, createdAt: workspaceMembers.createdAt })
    .from(workspaceMembers)
    .innerJoin(workspaces, and(eq(workspaces.id, workspaceMembers.workspaceId), isNull(workspaces.deletedAt)))
    .where(
      and(
        eq(workspaceMembers.userId, userId),
        eq(workspaceMembers.role, "owner"),
        hasNoOtherOwner(db, userId),
      ),
    )
    .$dynamic();

type ReadHoldings = (
  services: HoldingPorts,
  userId: string,
  after: string | null,
  limit: number,
) => Promise<HoldingRow[]>;

const readOwnerships: ReadHoldings = async ({ database: { db } }, userId, after, limit) => {
  const owned = selectSolelyOwned(db, userId).as("owned");
  const rows = await db
    .select()
    .from(owned)
    .where(after === null ? undefined : lt(owned.id, after))
    .orderBy(desc(owned.id))
    .limit(limit);
  return rows.map(({ id, name, createdAt }) => ({
    kind: "ownership",
    id,
    name: null,
    workspace: { id, name },
    expiresAt: null,
    createdAt,
  }));
};

const readKeys: ReadHoldings = (services, userId, after, limit) =>
  readValidKeys(services, "apiKey", eq(apiKeys.userId, userId), after, limit);

/** Workspace API keys act as service accounts, but their creators have seen the secret. */
const readWorkspaceKeys: ReadHoldings = (services, userId, after, limit) =>
  readValidKeys(services, "workspaceKey", eq(apiKeys.createdBy, userId), after, limit);

async function readValidKeys(
  { database: { db }, clock }: HoldingPorts,
  kind: "apiKey" | "workspaceKey",
  condition: SQL,
  after: string | null,
  limit: number,
): Promise<HoldingRow[]> {
  const { id, name, expiresAt, revokedAt, createdAt } = apiKeys;
  const rows = await db
    .select({ id, name, expiresAt, createdAt, workspaceId: workspaces.id, workspaceName: workspaces.name })
    .from(apiKeys)
    .leftJoin(workspaces, eq(workspaces.id, apiKeys.workspaceId))
    .where(
      and(
        condition,
        isNull(revokedAt),
        or(isNull(expiresAt), gt(expiresAt, clock.now().toISOString())),
        after === null ? undefined : lt(id, after),
      ),
    )
    .orderBy(desc(id))
    .limit(limit);
  return rows.map(({ workspaceId, workspaceName, ...row }) => ({
    kind,
    ...row,
    workspace:
      workspaceId === null || workspaceName === null ? null : { id: workspaceId, name: workspaceName },
  }));
}

const readShares: ReadHoldings = async ({ database: { db }, clock }, userId, after, limit) => {
  const { id, hint, expiresAt, createdAt } = shareLinks;
  const rows = await db
    .select({
      id,
      name: hint,
      expiresAt,
      createdAt,
      workspaceId: workspaces.id,
      workspaceName: workspaces.name,
    })
    .from(shareLinks)
    .innerJoin(documents, eq(documents.id, shareLinks.documentId))
    .innerJoin(workspaces, eq(workspaces.id, documents.workspaceId))
    .where(
      and(
        eq(shareLinks.createdBy, userId),
        isShareUnexpired({ clock }),
        after === null ? undefined : lt(id, after),
      ),
    )
    .orderBy(desc(id))
    .limit(limit);
  return rows.map(({ workspaceId, workspaceName, ...row }) => ({
    kind: "share",
    ...row,
    workspace: { id: workspaceId, name: workspaceName },
  }));
};

const readInvitations: ReadHoldings = async ({ database: { db }, clock }, userId, after, limit) => {
  const { id, email, expiresAt, createdAt, invitedBy, workspaceId } = workspaceInvitations;
  const rows = await db
    .select({ id, name: email, expiresAt, createdAt, workspaceId, workspaceName: workspaces.name })
    .from(workspaceInvitations)
    .innerJoin(workspaces, eq(workspaces.id, workspaceId))
    .where(and(eq(invitedBy, userId), isPending({ clock }), after === null ? undefined : lt(id, after)))
    .orderBy(desc(id))
    .limit(limit);
  return rows.map(({ workspaceId: ofWorkspace, workspaceName, ...row }) => ({
    kind: "invitation",
    ...row,
    workspace: { id: ofWorkspace, name: workspaceName },
  }));
};

/** Finds the active members, besides a user, who can become owners of workspaces. */
async function readCandidates(
  db: Db,
  userId: string,
  workspaceIds: readonly string[],
): Promise<Map<string, Person[]>> {
  if (workspaceIds.length === 0) return new Map();
  const strength = sql`array_position(array['owner', 'admin', 'editor', 'commenter', 'viewer'], ${workspaceMembers.role})`;
  const strongest = db
    .select({
      id: users.id,
      username: users.username,
      fullName: users.fullName,
      strength: strength.as("strength"),
    })
    .from(workspaceMembers)
    .innerJoin(users, and(eq(users.id, workspaceMembers.userId), isNull(users.deactivatedAt)))
    .where(
      and(eq(workspaceMembers.workspaceId, workspaces.id), ne(workspaceMembers.userId, userId), isPersonal),
    )
    .orderBy(asc(strength), asc(users.id))
    .limit(maxCandidates)
    .as("strongest");
  const rows = await db
    .select({
      workspaceId: workspaces.id,
      id: strongest.id,
      username: strongest.username,
      fullName: strongest.fullName,
    })
    .from(workspaces)
    .innerJoinLateral(strongest, sql`true`)
    .where(inArray(workspaces.id, [...workspaceIds]))
    .orderBy(asc(strongest.strength), asc(strongest.id));
  const byWorkspace = Map.groupBy(rows, ({ workspaceId }) => workspaceId);
  return new Map([...byWorkspace].map(([id, members]) => [id, members.map(toPerson)]));
}

const toPerson = ({ id, username, fullName }: Person): Person => ({ id, username, fullName });
