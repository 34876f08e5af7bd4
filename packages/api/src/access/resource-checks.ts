import type { AccountAction, InstanceAction, Language, Role, WorkspaceAction } from "@mdreader/contract";
import type { Db } from "@mdreader/db";
import { isNotNull, sql, type SQLWrapper } from "drizzle-orm";

import type { Ports } from "../ports.ts";
import { createSharedReads } from "../util/batch-queue.ts";
import { memoizePerDatabase } from "../util/memoize-per-database.ts";
import { type Access, authorize, type ResourceAccess, type WorkspaceAccess } from "./authorize.ts";
import {
  type AccessCheck,
  createAccessCheck,
  type Item,
  type PreparableQuery,
  type PreparedChecks,
  prepareChecks,
  type RequireRow,
} from "./authorized-query.ts";
import { toCredentialParams } from "./caller-query.ts";
import { type AuthenticatedCredential, type Caller, type Credential, requireCredential } from "./identity.ts";
import {
  type DeletionState,
  type ResourceKind,
  type ResourceRow,
  type ResourceState,
  selectAccountSubject,
  selectInstanceSubject,
  selectResourceSubject,
  selectWorkspaceSubject,
} from "./resources.ts";

/** The columns that queries may refer to. */
interface AccountSubject {
  userId: SQLWrapper;
  keyWorkspaceId: SQLWrapper;
}
interface WorkspaceSubject extends AccountSubject {
  workspaceId: SQLWrapper;
  role: SQLWrapper;
}
interface ResourceSubject extends WorkspaceSubject {
  id: SQLWrapper;
}

export type AccountCheck<A extends AccountAction> = AccessCheck<AccountSubject, Access<A>>;
export type InstanceCheck<A extends InstanceAction> = AccessCheck<AccountSubject, Access<A>>;
export type WorkspaceCheck<A extends WorkspaceAction> = AccessCheck<WorkspaceSubject, WorkspaceAccess<A>>;
export type ResourceCheck<Kind extends ResourceKind, A extends WorkspaceAction> = AccessCheck<
  ResourceSubject,
  ResourceAccess<Kind, A>
>;
export type DocumentCheck<A extends WorkspaceAction> = ResourceCheck<"document", A>;

/** The dependencies of a check. */
export interface CheckContext extends Pick<Ports, "database"> {
  credential: Credential;
}

/** Checks an account action, which depends on the caller only. */
export function checkAccount<A extends AccountAction>(ctx: CheckContext, action: A): AccountCheck<A> {
  return createCheck(ctx, accountChecks, (row) =>
    authorize(action, row && { caller: toCaller(row), role: null }),
  );
}

/** Checks an action on the instance, which its superusers may perform. */
export function checkInstance<A extends InstanceAction>(ctx: CheckContext, action: A): InstanceCheck<A> {
  return createCheck(ctx, instanceChecks, (row) =>
    authorize(action, row && { caller: toCaller(row), role: null, isSuperuser: row.isSuperuser }),
  );
}

/** @param state Whether to look for live or deleted workspaces. */
export function checkWorkspace<A extends WorkspaceAction>(
  ctx: CheckContext,
  action: A,
  id: string,
  state: DeletionState = "live",
): WorkspaceCheck<A> {
  return createCheck(
    ctx,
    (db, credential) => workspaceChecks(db, credential, state),
    (row) => authorize(action, row && toAccessFacts(row)),
    { resourceId: id },
  );
}

/** @param state Whether to look for live resources, resources in the trash, or both. */
export function checkResource<Kind extends ResourceKind, A extends WorkspaceAction>(
  ctx: CheckContext,
  kind: Kind,
  action: A,
  id: string,
  state: ResourceState = "live",
): ResourceCheck<Kind, A> {
  return createCheck(
    ctx,
    (db, credential) => resourceChecks(db, kind, credential, state),
    (row) => authorize(action, row && { ...toAccessFacts(row), ...toResource(kind, row) }),
    { resourceId: id },
  );
}

/**
 * Creates the check of a call.
 * @param prepare Returns the statements for a kind of credential.
 * @param parameters The parameters of the statements besides the credential.
 */
function createCheck<SubjectQuery, Row, Granted>(
  ctx: CheckContext,
  prepare: (db: Db, credential: CredentialKind) => PreparedChecks<SubjectQuery, Row>,
  grant: (row: Row | undefined) => Granted,
  parameters: { resourceId?: string } = {},
): AccessCheck<SubjectQuery, Granted> {
  const credential = requireCredential(ctx);
  const { db } = ctx.database;
  const values = { ...toCredentialParams(credential), ...parameters };
  return createAccessCheck(db, prepare(db, credential.kind), values, grant);
}

type CredentialKind = AuthenticatedCredential["kind"];

/** The statements that find the caller of a call. */
export const accountChecks = memoizePerDatabase((db, credential: CredentialKind) => {
  const subject = selectAccountSubject(db, credential);
  const calls = selectCalls(db, credential);
  const subjectOfCall = selectAccountSubject(db, credential, calls);
  const require = requireShared(
    db.select().from(subject),
    db
      .select()
      .from(calls)
      .innerJoinLateral(subjectOfCall, sql`true`),
  );
  return prepareChecks(subject, require, (item) =>
    db
      .select()
      .from(subject)
      .leftJoinLateral(item, sql`true`),
  );
});

const instanceChecks = memoizePerDatabase((db, credential: CredentialKind) => {
  const subject = selectInstanceSubject(db, credential);
  // Reads return rows to superusers only.
  return prepareChecks(subject, requireAlone(db.select().from(subject)), (item) =>
    db
      .select()
      .from(subject)
      .leftJoinLateral(item, sql`${subject.isSuperuser}`),
  );
});

const workspaceChecks = memoizePerDatabase((db, credential: CredentialKind, state: DeletionState) => {
  const subject = selectWorkspaceSubject(db, credential, state);
  const calls = selectCalls(db, credential);
  const subjectOfCall = selectWorkspaceSubject(db, credential, state, calls);
  const require = requireShared(
    db.select().from(subject),
    db
      .select()
      .from(calls)
      .innerJoinLateral(subjectOfCall, sql`true`),
  );
  return prepareChecks(subject, require, (item) =>
    db.select().from(subject).leftJoinLateral(item, isMember(subject)),
  );
});

const resourceChecks = memoizePerDatabase(
  (db, kind: ResourceKind, credential: CredentialKind, state: ResourceState) => {
    const subject = selectResourceSubject(db, kind, credential, state);
    const calls = selectCalls(db, credential);
    const subjectOfCall = selectResourceSubject(db, kind, credential, state, calls);
    const selectCallSubjects = () =>
      db
        .select()
        .from(calls)
        .innerJoinLateral(subjectOfCall, sql`true`);
    const select = (item: Item) => db.select().from(subject).leftJoinLateral(item, isMember(subject));
    const require = requireShared(db.select().from(subject), selectCallSubjects());
    return prepareChecks(subject, require, select, (item) => ({
      execute: createSharedRowReader(
        select(item),
        selectCallSubjects().leftJoinLateral(item, isMember(subjectOfCall)),
        ({ subject: row, item: found }) => ({ subject: row, item: found }),
        maxSharedReads,
      ),
    }));
  },
);

/** Maximum number of calls that are checked in one statement. */
const maxSharedChecks = 100;

/** Maximum number of calls that read in one statement. Texts can be large. */
const maxSharedReads = 10;

/**
 * A list of calls, whose columns stand for the parameters of a check. The lists are subqueries, so that Postgres plans once
 * for any length.
 */
const selectCalls = (db: Db, credential: CredentialKind) =>
  db
    .select({
      number: sql<number>`number::int`.as("call_number"),
      credential: sql`credential`.as("call_credential"),
      resourceId: sql`resource_id`.as("call_resource_id"),
    })
    .from(
      sql`unnest(
        (select ${sql.placeholder("credentials")}::${sql.raw(credential === "session" ? "uuid" : "bytea")}[]),
        (select ${sql.placeholder("resourceIds")}::uuid[])
      ) with ordinality as list (credential, resource_id, number)`,
    )
    .as("call");

/** Checks each call in a separate statement. */
function requireAlone<Row>(query: PreparableQuery<Row>): RequireRow<Row> {
  const statement = query.prepare("require");
  return async (values) => (await statement.execute(values))[0];
}

/** Checks calls that arrive while others are being checked in one statement. */
function requireShared<Row>(
  alone: PreparableQuery<Row>,
  together: PreparableQuery<RowOfCall & { subject: Row }>,
): RequireRow<Row> {
  const read = createSharedRowReader(alone, together, ({ subject }) => subject, maxSharedChecks);
  return async (values) => (await read(values))[0];
}

/** A row of a statement for several calls. */
interface RowOfCall {
  call: { number: number };
}

/**
 * Reads the rows of calls that arrive while others are being read in one statement.
 * @param alone The query for one call.
 * @param together The query for several calls, from `selectCalls`.
 * @param maxCount The maximum number of calls in a statement.
 */
function createSharedRowReader<Row, Shared extends RowOfCall>(
  alone: PreparableQuery<Row>,
  together: PreparableQuery<Shared>,
  toRow: (shared: Shared) => Row,
  maxCount: number,
) {
  const single = alone.prepare("alone");
  const shared = together.prepare("together");
  return createSharedReads<Record<string, unknown>, Row[]>(
    {
      readAlone: (values) => single.execute(values),
      async readTogether(calls) {
        const found = await shared.execute({
          credentials: calls.map(({ credential }) => credential),
          resourceIds: calls.map(({ resourceId = null }) => resourceId),
        });
        const rows = calls.map((): Row[] => []);
        for (const row of found) rows[row.call.number - 1]?.push(toRow(row));
        return rows;
      },
    },
    maxCount,
  );
}

/** Reads return rows to members only. */
const isMember = ({ role }: Pick<WorkspaceSubject, "role">) => isNotNull(role);

interface WorkspaceColumns extends Caller {
  workspaceId: string | null;
  workspaceName: string | null;
  workspaceLanguage: Language | null;
  role: Role | null;
  lacksRequiredFactor: boolean;
}

const toCaller = ({
  userId,
  sessionId,
  keyId,
  scopes,
  keyWorkspaceId,
  needsSecondFactor,
  apiKeyName,
}: Caller): Caller => ({
  userId,
  sessionId,
  keyId,
  scopes,
  keyWorkspaceId,
  needsSecondFactor,
  apiKeyName,
});

/** Without a role the facts are empty, and `authorize` refuses before anyone reads them. */
const toAccessFacts = (row: WorkspaceColumns) => ({
  caller: toCaller(row),
  role: row.role,
  lacksRequiredFactor: row.lacksRequiredFactor,
  workspaceId: row.workspaceId ?? "",
  workspaceName: row.workspaceName ?? "",
  language: row.workspaceLanguage ?? "simple",
});

/** The role comes from the resource's workspace, so the columns of its kind are present with it. */
const toResource = <Kind extends ResourceKind>(kind: Kind, row: object) =>
  ({ [kind]: row }) as { readonly [Name in Kind]: ResourceRow<Kind> };
