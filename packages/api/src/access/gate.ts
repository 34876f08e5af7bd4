import type { AccountAction, Language, Role, Scope, WorkspaceAction } from "@mdreader/contract";
import type { Db, DocumentRow, FileRow, FolderRow, UploadRow } from "@mdreader/db";
import { isNotNull, sql, type SQLWrapper, type Subquery } from "drizzle-orm";

import type { Caller, Context } from "../context.ts";
import { AppError } from "../errors.ts";
import {
  type Access,
  authorize,
  type DocumentAccess,
  type FileAccess,
  type FolderAccess,
  type UploadAccess,
  type WorkspaceAccess,
} from "./authorize.ts";
import { type Presented, shownBy } from "./caller.ts";
import { once } from "./once.ts";
import {
  accountScope,
  documentScope,
  fileScope,
  folderScope,
  type State,
  uploadScope,
  workspaceScope,
} from "./scope.ts";

/**
 * A check that has not been made yet. `pass` makes it by itself; the others make it in the very statement that reads, so
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
  /**
   * The same for a select that is always the same: it is put together once for all calls.
   * @param name Names the select among all that are read through such a gate.
   * @param query Makes it. What it refers to must come from the scope alone, and nothing from this call.
   */
  readPrepared<Row extends object>(
    name: string,
    query: () => Readable<Row>,
  ): Promise<{ access: Granted; rows: Row[] }>;
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
export type FileGate<A extends WorkspaceAction> = Gate<ReturnType<typeof fileScope>, FileAccess<A>>;
export type UploadGate<A extends WorkspaceAction> = Gate<ReturnType<typeof uploadScope>, UploadAccess<A>>;
export type FolderGate<A extends WorkspaceAction> = Gate<ReturnType<typeof folderScope>, FolderAccess<A>>;

/** The credential, if it names someone. @throws AppError UNAUTHENTICATED, TOKEN_INVALID or TOKEN_EXPIRED. */
export function presented({ credential }: Pick<Context, "credential">): Presented {
  if (credential.kind === "none") throw new AppError("UNAUTHENTICATED");
  if (credential.kind === "rejected") throw new AppError(credential.reason);
  return credential;
}

/** What an account action is checked by: the caller alone. */
export function accountGate<A extends AccountAction>(ctx: Context, action: A): AccountGate<A> {
  const credential = presented(ctx);
  const { db } = ctx.database;
  return gate(db, accountStatements(db, credential.kind), shownBy(credential), (row) =>
    authorize(action, row && { caller: callerIn(row), role: null }),
  );
}

/** @param state Whether the workspace is looked for among the deleted ones. */
export function workspaceGate<A extends WorkspaceAction>(
  ctx: Context,
  action: A,
  id: string,
  state: State = "live",
): WorkspaceGate<A> {
  const credential = presented(ctx);
  const { db } = ctx.database;
  const statements = workspaceStatements(db, `${credential.kind} ${state}`);
  return gate(db, statements, { ...shownBy(credential), thingId: id }, (row) =>
    authorize(action, row && foundIn(row)),
  );
}

/** @param state Whether the document is looked for in the trash. */
export function documentGate<A extends WorkspaceAction>(
  ctx: Context,
  action: A,
  id: string,
  state: State = "live",
): DocumentGate<A> {
  const credential = presented(ctx);
  const { db } = ctx.database;
  const statements = documentStatements(db, `${credential.kind} ${state}`);
  return gate(db, statements, { ...shownBy(credential), thingId: id }, (row) =>
    // A role comes through the document's workspace: with it, the document's columns are there.
    authorize(action, row && { ...foundIn(row), document: row as DocumentRow }),
  );
}

/** @param state Whether the folder is looked for in the trash. */
export function folderGate<A extends WorkspaceAction>(
  ctx: Context,
  action: A,
  id: string,
  state: State = "live",
): FolderGate<A> {
  const credential = presented(ctx);
  const { db } = ctx.database;
  const statements = folderStatements(db, `${credential.kind} ${state}`);
  return gate(db, statements, { ...shownBy(credential), thingId: id }, (row) =>
    // As with a document.
    authorize(action, row && { ...foundIn(row), folder: row as FolderRow }),
  );
}

/** @param state Whether the file is looked for in the trash. */
export function fileGate<A extends WorkspaceAction>(
  ctx: Pick<Context, "credential" | "database">,
  action: A,
  id: string,
  state: State = "live",
): FileGate<A> {
  const credential = presented(ctx);
  const { db } = ctx.database;
  const statements = fileStatements(db, `${credential.kind} ${state}`);
  return gate(db, statements, { ...shownBy(credential), thingId: id }, (row) =>
    // As with a document.
    authorize(action, row && { ...foundIn(row), file: row as FileRow }),
  );
}

/** Someone else's upload is nobody's. */
export function uploadGate<A extends WorkspaceAction>(
  ctx: Pick<Context, "credential" | "database">,
  action: A,
  id: string,
): UploadGate<A> {
  const credential = presented(ctx);
  const { db } = ctx.database;
  return gate(db, uploadStatements(db, credential.kind), { ...shownBy(credential), thingId: id }, (row) =>
    // As with a document.
    authorize(action, row && { ...foundIn(row), upload: row as UploadRow }),
  );
}

type Kind = Presented["kind"];
type KindAndState = `${Kind} ${State}`;

const accountStatements = once((db, kind: Kind) => {
  const scope = accountScope(db, kind);
  return statementsOf(scope, db.select().from(scope).prepare("pass"), (item) =>
    db
      .select()
      .from(scope)
      .leftJoinLateral(item, sql`true`)
      .prepare("read"),
  );
});

const workspaceStatements = once((db, name: KindAndState) => {
  const scope = workspaceScope(db, ...partsOf(name));
  return statementsOf(scope, db.select().from(scope).prepare("pass"), (item) =>
    db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read"),
  );
});

const documentStatements = once((db, name: KindAndState) => {
  const scope = documentScope(db, ...partsOf(name));
  return statementsOf(scope, db.select().from(scope).prepare("pass"), (item) =>
    db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read"),
  );
});

const folderStatements = once((db, name: KindAndState) => {
  const scope = folderScope(db, ...partsOf(name));
  return statementsOf(scope, db.select().from(scope).prepare("pass"), (item) =>
    db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read"),
  );
});

const fileStatements = once((db, name: KindAndState) => {
  const scope = fileScope(db, ...partsOf(name));
  return statementsOf(scope, db.select().from(scope).prepare("pass"), (item) =>
    db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read"),
  );
});

const uploadStatements = once((db, kind: Kind) => {
  const scope = uploadScope(db, kind);
  return statementsOf(scope, db.select().from(scope).prepare("pass"), (item) =>
    db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read"),
  );
});

const partsOf = (name: KindAndState): [Kind, State] => [
  name.startsWith("session") ? "session" : "apiKey",
  name.endsWith("live") ? "live" : "trash",
];

/** What is read is read for members alone. */
const isMember = (scope: { role: SQLWrapper }) => isNotNull(scope.role);

/** The join yields one item of nulls where the query found nothing; Drizzle makes it null for some queries only. */
const isRow = (item: object | null) => item !== null && Object.values(item)[0] !== null;

interface CallerColumns {
  userId: string;
  sessionId: string | null;
  keyId: string | null;
  scopes: Scope[] | null;
  tool: string | null;
}

interface ScopeColumns extends CallerColumns {
  workspaceId: string | null;
  workspaceName: string | null;
  workspaceLanguage: Language | null;
  role: Role | null;
}

const callerIn = ({ userId, sessionId, keyId, scopes, tool }: CallerColumns): Caller => ({
  userId,
  sessionId,
  keyId,
  scopes,
  tool,
});

/** Without a role the facts are empty, and `authorize` refuses before anyone sees them. */
const foundIn = (row: ScopeColumns) => ({
  caller: callerIn(row),
  role: row.role,
  workspaceId: row.workspaceId ?? "",
  workspaceName: row.workspaceName ?? "",
  language: row.workspaceLanguage ?? "simple",
});

/** A statement that is put together. */
interface Prepared<Result> {
  execute(values: Record<string, unknown>): Promise<Result[]>;
}

interface Both<Row> {
  scope: Row;
  item: object | null;
}

/** The statements of one kind of check, of which `gate` makes the ways through. */
interface Statements<ScopeQuery, Row> {
  scope: ScopeQuery;
  pass: Prepared<Row>;
  read(item: Subquery<"item", Record<string, unknown>>): Prepared<Both<Row>>;
  /** Those that `readPrepared` has made, by name. */
  prepared: Map<string, Prepared<Both<Row>>>;
}

const statementsOf = <ScopeQuery, Row>(
  scope: ScopeQuery,
  pass: Prepared<Row>,
  read: Statements<ScopeQuery, Row>["read"],
): Statements<ScopeQuery, Row> => ({ scope, pass, read, prepared: new Map() });

/** @param values What the statements are run with. */
function gate<ScopeQuery, Row, Granted>(
  db: Db,
  { scope, pass, read, prepared }: Statements<ScopeQuery, Row>,
  values: Record<string, unknown>,
  grant: (row: Row | undefined) => Granted,
): Gate<ScopeQuery, Granted> {
  const run = async (statement: Prepared<Both<Row>>) => {
    const found = await statement.execute(values);
    const access = grant(found[0]?.scope);
    return { access, items: found.flatMap(({ item }) => (isRow(item) ? [item] : [])) };
  };
  return {
    db,
    scope,
    async pass() {
      const [row] = await pass.execute(values);
      return grant(row);
    },
    // What the subquery selects comes out of the join as it would out of the query itself: hence the types below.
    async read<Item extends object>(query: Readable<Item>) {
      const { access, items } = await run(read(query.as("item")));
      return { access, rows: items as Item[] };
    },
    async readPrepared<Item extends object>(name: string, query: () => Readable<Item>) {
      const statement = prepared.get(name) ?? read(query().as("item"));
      prepared.set(name, statement);
      const { access, items } = await run(statement);
      return { access, rows: items as Item[] };
    },
  };
}
