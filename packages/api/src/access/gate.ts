import type { AccountAction, Language, Role, Scope, WorkspaceAction } from "@mdreader/contract";
import type { Db, DocumentRow, FolderRow } from "@mdreader/db";
import { isNotNull, sql, type SQLWrapper, type Subquery } from "drizzle-orm";

import type { Caller, Context } from "../context.ts";
import { AppError } from "../errors.ts";
import {
  type Access,
  authorize,
  type DocumentAccess,
  type FolderAccess,
  type WorkspaceAccess,
} from "./authorize.ts";
import type { Presented } from "./caller.ts";
import { accountScope, documentScope, folderScope, type State, workspaceScope } from "./scope.ts";

/**
 * A check that has not been made yet. `pass` makes it by itself; `read` makes it in the very statement that reads, so
 * that an authenticated read costs one statement. Either way nothing comes out unless `authorize` grants it.
 */
export interface Gate<ScopeQuery, Granted> {
  readonly db: Db;
  /** What the check is about. A read refers to its columns: `eq(documents.workspaceId, gate.scope.workspaceId)`. */
  readonly scope: ScopeQuery;
  pass(): Promise<Granted>;
  /**
   * Runs a select, joined laterally to the scope.
   * @param query Its first selected column must be one that is never null: by it a row is told from no row.
   */
  read<Row extends object>(query: Readable<Row>): Promise<{ access: Granted; rows: Row[] }>;
}

/** A select that has not been run. */
export interface Readable<Row extends object> {
  readonly _: { readonly result: Row[] };
  as(alias: "item"): Subquery<"item", Record<string, unknown>>;
}

export type AccountGate<A extends AccountAction> = Gate<ReturnType<typeof accountScope>, Access<A>>;
export type WorkspaceGate<A extends WorkspaceAction> = Gate<
  ReturnType<typeof workspaceScope>,
  WorkspaceAccess<A>
>;
export type DocumentGate<A extends WorkspaceAction> = Gate<
  ReturnType<typeof documentScope>,
  DocumentAccess<A>
>;
export type FolderGate<A extends WorkspaceAction> = Gate<ReturnType<typeof folderScope>, FolderAccess<A>>;

/** The credential, if it names someone. @throws AppError UNAUTHENTICATED, TOKEN_INVALID or TOKEN_EXPIRED. */
export function presented({ credential }: Pick<Context, "credential">): Presented {
  if (credential.kind === "none") throw new AppError("UNAUTHENTICATED");
  if (credential.kind === "rejected") throw new AppError(credential.reason);
  return credential;
}

/** What an account action is checked by: the caller alone. */
export function accountGate<A extends AccountAction>(ctx: Context, action: A): AccountGate<A> {
  const { db } = ctx.database;
  const scope = accountScope(db, presented(ctx));
  return gate(db, scope, {
    pass: () => db.select().from(scope).prepare("pass").execute(),
    read: (item) =>
      db
        .select()
        .from(scope)
        .leftJoinLateral(item, sql`true`)
        .prepare("read")
        .execute(),
    grant: (row) => authorize(action, row && { caller: callerIn(row), role: null }),
  });
}

/** @param state Whether the workspace is looked for among the deleted ones. */
export function workspaceGate<A extends WorkspaceAction>(
  ctx: Context,
  action: A,
  id: string,
  state?: State,
): WorkspaceGate<A> {
  const { db } = ctx.database;
  const scope = workspaceScope(db, presented(ctx), id, state);
  return gate(db, scope, {
    pass: () => db.select().from(scope).prepare("pass").execute(),
    read: (item) => db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read").execute(),
    grant: (row) => authorize(action, row && foundIn(row)),
  });
}

/** @param state Whether the document is looked for in the trash. */
export function documentGate<A extends WorkspaceAction>(
  ctx: Context,
  action: A,
  id: string,
  state?: State,
): DocumentGate<A> {
  const { db } = ctx.database;
  const scope = documentScope(db, presented(ctx), id, state);
  return gate(db, scope, {
    pass: () => db.select().from(scope).prepare("pass").execute(),
    read: (item) => db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read").execute(),
    // A role comes through the document's workspace: with it, the document's columns are there.
    grant: (row) => authorize(action, row && { ...foundIn(row), document: row as DocumentRow }),
  });
}

/** @param state Whether the folder is looked for in the trash. */
export function folderGate<A extends WorkspaceAction>(
  ctx: Context,
  action: A,
  id: string,
  state?: State,
): FolderGate<A> {
  const { db } = ctx.database;
  const scope = folderScope(db, presented(ctx), id, state);
  return gate(db, scope, {
    pass: () => db.select().from(scope).prepare("pass").execute(),
    read: (item) => db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read").execute(),
    // As with a document.
    grant: (row) => authorize(action, row && { ...foundIn(row), folder: row as FolderRow }),
  });
}

/** Only a member's statement reads at all: the work for an outsider's would tell how much there is. */
const isMember = (scope: { role: SQLWrapper }) => isNotNull(scope.role);

/** The join yields one item of nulls where the query found nothing; Drizzle makes it null for some queries only. */
const isRow = (item: object | null) => item !== null && Object.values(item)[0] !== null;

interface CallerColumns {
  userId: string;
  sessionId: string | null;
  scopes: Scope[] | null;
}

interface ScopeColumns extends CallerColumns {
  workspaceId: string | null;
  workspaceName: string | null;
  workspaceLanguage: Language | null;
  role: Role | null;
}

const callerIn = ({ userId, sessionId, scopes }: CallerColumns): Caller => ({ userId, sessionId, scopes });

/** Without a role the facts are empty, and `authorize` refuses before anyone sees them. */
const foundIn = (row: ScopeColumns) => ({
  caller: callerIn(row),
  role: row.role,
  workspaceId: row.workspaceId ?? "",
  workspaceName: row.workspaceName ?? "",
  language: row.workspaceLanguage ?? "simple",
});

/** The three steps of a check, of which `gate` makes the two ways through. */
interface Steps<Row, Granted> {
  pass(): Promise<Row[]>;
  read(item: Subquery<"item", Record<string, unknown>>): Promise<{ scope: Row; item: object | null }[]>;
  grant(row: Row | undefined): Granted;
}

function gate<ScopeQuery, Row, Granted>(
  db: Db,
  scope: ScopeQuery,
  steps: Steps<Row, Granted>,
): Gate<ScopeQuery, Granted> {
  return {
    db,
    scope,
    async pass() {
      const [row] = await steps.pass();
      return steps.grant(row);
    },
    async read<Item extends object>(query: Readable<Item>) {
      const found = await steps.read(query.as("item"));
      const access = steps.grant(found[0]?.scope);
      // What the subquery selects comes out of the join as it would out of the query itself.
      const rows = found.flatMap(({ item }) => (isRow(item) ? [item as Item] : []));
      return { access, rows };
    },
  };
}
