import {
  documents,
  type Executor,
  files,
  fileUploads,
  folders,
  workspaceMembers,
  workspaces,
} from "@mdreader/db";
import {
  and,
  eq,
  type GetColumnData,
  getTableColumns,
  gt,
  isNotNull,
  isNull,
  sql,
  type SQL,
  type SQLWrapper,
} from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";

import { selectCaller } from "./caller-query.ts";
import type { AuthenticatedCredential } from "./identity.ts";

/** Whether to look for live resources or for those in the trash. */
export type DeletionState = "live" | "trash";

/** The resources to look for; `any` finds live ones and those in the trash. */
export type ResourceState = DeletionState | "any";

const { content: _content, ...documentColumns } = getTableColumns(documents);
export { documentColumns };

/**
 * The kinds of resources in a workspace: the table, the columns that an access carries, and which rows exist for the
 * caller. A new kind is one more entry.
 */
const resourceKinds = {
  document: { table: documents, columns: documentColumns, exists: isInState(documents) },
  folder: { table: folders, columns: getTableColumns(folders), exists: isInState(folders) },
  file: { table: files, columns: getTableColumns(files), exists: isInState(files) },
  upload: {
    table: fileUploads,
    columns: getTableColumns(fileUploads),
    /** Uploads of other users and expired ones count as missing. */
    exists: (_state: ResourceState, userId: SQL.Aliased<string>) =>
      and(eq(fileUploads.uploadedBy, userId), gt(fileUploads.expiresAt, sql`now()`)),
  },
};

export type ResourceKind = keyof typeof resourceKinds;

/** The columns of a resource that an access carries. */
export type ResourceRow<Kind extends ResourceKind> = {
  [Column in keyof Columns<Kind>]: Columns<Kind>[Column] extends AnyPgColumn
    ? GetColumnData<Columns<Kind>[Column]>
    : never;
};
type Columns<Kind extends ResourceKind> = (typeof resourceKinds)[Kind]["columns"];

function isInState({ deletedAt }: { deletedAt: AnyPgColumn }) {
  return (state: ResourceState) =>
    state === "any" ? undefined : (state === "live" ? isNull : isNotNull)(deletedAt);
}

/** The values that identify a call's caller and resource: parameters, or the columns of a list of calls. */
export interface CallValues {
  credential?: SQLWrapper;
  resourceId: SQLWrapper;
}

/** The parameters of a statement for one call. */
const callParams: CallValues = { resourceId: sql.placeholder("resourceId") };

/** Columns about a caller in a workspace. Only where the workspace requires a second factor, the caller's is looked up. */
const createWorkspaceColumns = ({
  hasSecondFactor,
}: Pick<ReturnType<typeof selectCaller>, "hasSecondFactor">) => ({
  workspaceName: sql<string | null>`${workspaces.name}`.as("workspace_name"),
  workspaceLanguage: sql<typeof workspaces.$inferSelect.language | null>`${workspaces.language}`.as(
    "workspace_language",
  ),
  role: workspaceMembers.role,
  lacksRequiredFactor:
    sql<boolean>`case when ${workspaces.secondFactorRequired} then not ${hasSecondFactor} else false end`.as(
      "lacks_required_factor",
    ),
});

const selectCallerFields = (db: Executor, kind: AuthenticatedCredential["kind"], credential?: SQLWrapper) => {
  const caller = selectCaller(db, kind, credential);
  const { userId, sessionId, keyId, scopes, keyWorkspaceId, needsSecondFactor, apiKeyName } = caller;
  return {
    caller,
    fields: { userId, sessionId, keyId, scopes, keyWorkspaceId, needsSecondFactor, apiKeyName },
  };
};

// The following functions select the subject of a call: a subquery named "subject" of at most one row. It contains the
// caller and, as far as they exist, the resource, its workspace and the caller's role there. A deleted workspace counts as
// missing. The caller and the resource's id are parameters, `credentialParams` and `resourceId`, or columns of a list of
// calls.

/** The caller only. */
export function selectAccountSubject(
  db: Executor,
  credential: AuthenticatedCredential["kind"],
  call?: CallValues,
) {
  const { caller, fields } = selectCallerFields(db, credential, call?.credential);
  return db.select(fields).from(caller).as("subject");
}

/** The caller, and whether they administer the instance. */
export function selectInstanceSubject(db: Executor, credential: AuthenticatedCredential["kind"]) {
  const { caller, fields } = selectCallerFields(db, credential);
  return db
    .select({ ...fields, isSuperuser: caller.isSuperuser })
    .from(caller)
    .as("subject");
}

/** A workspace by its id. It is null for non-members, so that no contents are searched for them. */
export function selectWorkspaceSubject(
  db: Executor,
  credential: AuthenticatedCredential["kind"],
  state: DeletionState,
  call = callParams,
) {
  const { caller, fields } = selectCallerFields(db, credential, call.credential);
  const workspaceId = sql<
    string | null
  >`case when ${workspaceMembers.role} is not null then ${workspaces.id} end`;
  return db
    .select({
      ...fields,
      ...createWorkspaceColumns(caller),
      workspaceId: workspaceId.as("subject_workspace_id"),
    })
    .from(caller)
    .leftJoin(workspaces, and(eq(workspaces.id, call.resourceId), isInState(workspaces)(state)))
    .leftJoin(workspaceMembers, isCallersMembership(caller))
    .as("subject");
}

/** A resource by its id, with its workspace. */
export function selectResourceSubject(
  db: Executor,
  kind: ResourceKind,
  credential: AuthenticatedCredential["kind"],
  state: ResourceState,
  call = callParams,
) {
  const { caller, fields } = selectCallerFields(db, credential, call.credential);
  const { columns, exists } = resourceKinds[kind];
  // Documents stand for all kinds in the types. `ResourceRow` describes the columns of each kind.
  const table = resourceKinds[kind].table as typeof documents;
  const { id, workspaceId } = table;
  return db
    .select({ ...fields, ...createWorkspaceColumns(caller), ...columns, id, workspaceId })
    .from(caller)
    .leftJoin(table, and(eq(id, call.resourceId), exists(state, caller.userId)))
    .leftJoin(workspaces, and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)))
    .leftJoin(workspaceMembers, isCallersMembership(caller))
    .as("subject");
}

/** Whether the caller is a member of the workspace. A key that is limited to another workspace has no membership. */
function isCallersMembership({
  userId,
  keyWorkspaceId,
}: Pick<ReturnType<typeof selectCaller>, "userId" | "keyWorkspaceId">) {
  return and(
    eq(workspaceMembers.workspaceId, workspaces.id),
    eq(workspaceMembers.userId, userId),
    isWithinKey(keyWorkspaceId, workspaces.id),
  );
}

/** Whether a credential can be used in a workspace: unless it is an API key that is limited to another one. */
export const isWithinKey = (keyWorkspaceId: SQLWrapper, workspaceId: SQLWrapper) =>
  sql`coalesce(${keyWorkspaceId}, ${workspaceId}) = ${workspaceId}`;
