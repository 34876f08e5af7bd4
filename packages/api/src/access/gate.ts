import type { AccountAction, Language, Role, Scope, WorkspaceAction } from "@mdreader/contract";
import type { DocumentRow, FileRow, FolderRow, UploadRow } from "@mdreader/db";
import { isNotNull, sql, type SQLWrapper } from "drizzle-orm";

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
import { type Gate, gate, statementsOf } from "./passage.ts";
import {
  accountScope,
  documentScope,
  fileScope,
  folderScope,
  type State,
  uploadScope,
  workspaceScope,
} from "./scope.ts";

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
