import type { AccountAction, Language, Role, Scope, WorkspaceAction } from "@mdreader/contract";
import type { DocumentRow, FileRow, FolderRow, UploadRow } from "@mdreader/db";
import { isNotNull, sql, type SQLWrapper } from "drizzle-orm";

import { AppError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import {
  type Access,
  authorize,
  type DocumentAccess,
  type FileAccess,
  type FolderAccess,
  type UploadAccess,
  type WorkspaceAccess,
} from "./authorize.ts";
import { type AccessCheck, createAccessCheck, prepareChecks } from "./authorized-query.ts";
import { type AuthenticatedCredential, credentialParams } from "./caller-query.ts";
import type { Caller, Credential } from "./identity.ts";
import { memoizePerDatabase } from "./memoize-per-database.ts";
import {
  selectAccountSubject,
  selectDocumentSubject,
  selectFileSubject,
  selectFolderSubject,
  type DeletionState,
  selectUploadSubject,
  selectWorkspaceSubject,
} from "./subject-queries.ts";

export type AccountCheck<A extends AccountAction> = AccessCheck<
  ReturnType<typeof selectAccountSubject>,
  Access<A>
>;
export type WorkspaceCheck<A extends WorkspaceAction> = AccessCheck<
  ReturnType<typeof selectWorkspaceSubject>,
  WorkspaceAccess<A>
>;
export type DocumentCheck<A extends WorkspaceAction> = AccessCheck<
  ReturnType<typeof selectDocumentSubject>,
  DocumentAccess<A>
>;
export type FileCheck<A extends WorkspaceAction> = AccessCheck<
  ReturnType<typeof selectFileSubject>,
  FileAccess<A>
>;
export type UploadCheck<A extends WorkspaceAction> = AccessCheck<
  ReturnType<typeof selectUploadSubject>,
  UploadAccess<A>
>;
export type FolderCheck<A extends WorkspaceAction> = AccessCheck<
  ReturnType<typeof selectFolderSubject>,
  FolderAccess<A>
>;

/** The dependencies of a check. */
export interface CheckContext extends Pick<Ports, "database"> {
  credential: Credential;
}

/** Returns the credential if it identifies a user. @throws AppError UNAUTHENTICATED, TOKEN_INVALID or TOKEN_EXPIRED. */
export function requireCredential({ credential }: { credential: Credential }): AuthenticatedCredential {
  if (credential.kind === "none") throw new AppError("UNAUTHENTICATED");
  if (credential.kind === "rejected") throw new AppError(credential.reason);
  return credential;
}

/** Checks an account action, which depends on the caller only. */
export function checkAccount<A extends AccountAction>(ctx: CheckContext, action: A): AccountCheck<A> {
  const credential = requireCredential(ctx);
  const { db } = ctx.database;
  return createAccessCheck(db, accountChecks(db, credential.kind), credentialParams(credential), (row) =>
    authorize(action, row && { caller: toCaller(row), role: null }),
  );
}

/** @param state Whether to look for live or deleted workspaces. */
export function checkWorkspace<A extends WorkspaceAction>(
  ctx: CheckContext,
  action: A,
  id: string,
  state: DeletionState = "live",
): WorkspaceCheck<A> {
  const credential = requireCredential(ctx);
  const { db } = ctx.database;
  const statements = workspaceChecks(db, `${credential.kind} ${state}`);
  return createAccessCheck(db, statements, { ...credentialParams(credential), resourceId: id }, (row) =>
    authorize(action, row && toAccessFacts(row)),
  );
}

/** @param state Whether to look for live documents or documents in the trash. */
export function checkDocument<A extends WorkspaceAction>(
  ctx: CheckContext,
  action: A,
  id: string,
  state: DeletionState = "live",
): DocumentCheck<A> {
  const credential = requireCredential(ctx);
  const { db } = ctx.database;
  const statements = documentChecks(db, `${credential.kind} ${state}`);
  return createAccessCheck(db, statements, { ...credentialParams(credential), resourceId: id }, (row) =>
    // The role comes from the document's workspace, so the document's columns are present with it.
    authorize(action, row && { ...toAccessFacts(row), document: row as DocumentRow }),
  );
}

/** @param state Whether to look for live folders or folders in the trash. */
export function checkFolder<A extends WorkspaceAction>(
  ctx: CheckContext,
  action: A,
  id: string,
  state: DeletionState = "live",
): FolderCheck<A> {
  const credential = requireCredential(ctx);
  const { db } = ctx.database;
  const statements = folderChecks(db, `${credential.kind} ${state}`);
  return createAccessCheck(db, statements, { ...credentialParams(credential), resourceId: id }, (row) =>
    // As for documents.
    authorize(action, row && { ...toAccessFacts(row), folder: row as FolderRow }),
  );
}

/** @param state Whether to look for live files or files in the trash. */
export function checkFile<A extends WorkspaceAction>(
  ctx: CheckContext,
  action: A,
  id: string,
  state: DeletionState = "live",
): FileCheck<A> {
  const credential = requireCredential(ctx);
  const { db } = ctx.database;
  const statements = fileChecks(db, `${credential.kind} ${state}`);
  return createAccessCheck(db, statements, { ...credentialParams(credential), resourceId: id }, (row) =>
    // As for documents.
    authorize(action, row && { ...toAccessFacts(row), file: row as FileRow }),
  );
}

/** Uploads of other users are treated as missing. */
export function checkUpload<A extends WorkspaceAction>(
  ctx: CheckContext,
  action: A,
  id: string,
): UploadCheck<A> {
  const credential = requireCredential(ctx);
  const { db } = ctx.database;
  return createAccessCheck(
    db,
    uploadChecks(db, credential.kind),
    { ...credentialParams(credential), resourceId: id },
    (row) =>
      // As for documents.
      authorize(action, row && { ...toAccessFacts(row), upload: row as UploadRow }),
  );
}

type Kind = AuthenticatedCredential["kind"];
type KindAndDeletion = `${Kind} ${DeletionState}`;

const accountChecks = memoizePerDatabase((db, kind: Kind) => {
  const scope = selectAccountSubject(db, kind);
  return prepareChecks(scope, db.select().from(scope).prepare("require"), (item) =>
    db
      .select()
      .from(scope)
      .leftJoinLateral(item, sql`true`)
      .prepare("read"),
  );
});

const workspaceChecks = memoizePerDatabase((db, name: KindAndDeletion) => {
  const scope = selectWorkspaceSubject(db, ...parseKindAndDeletion(name));
  return prepareChecks(scope, db.select().from(scope).prepare("require"), (item) =>
    db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read"),
  );
});

const documentChecks = memoizePerDatabase((db, name: KindAndDeletion) => {
  const scope = selectDocumentSubject(db, ...parseKindAndDeletion(name));
  return prepareChecks(scope, db.select().from(scope).prepare("require"), (item) =>
    db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read"),
  );
});

const folderChecks = memoizePerDatabase((db, name: KindAndDeletion) => {
  const scope = selectFolderSubject(db, ...parseKindAndDeletion(name));
  return prepareChecks(scope, db.select().from(scope).prepare("require"), (item) =>
    db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read"),
  );
});

const fileChecks = memoizePerDatabase((db, name: KindAndDeletion) => {
  const scope = selectFileSubject(db, ...parseKindAndDeletion(name));
  return prepareChecks(scope, db.select().from(scope).prepare("require"), (item) =>
    db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read"),
  );
});

const uploadChecks = memoizePerDatabase((db, kind: Kind) => {
  const scope = selectUploadSubject(db, kind);
  return prepareChecks(scope, db.select().from(scope).prepare("require"), (item) =>
    db.select().from(scope).leftJoinLateral(item, isMember(scope)).prepare("read"),
  );
});

const parseKindAndDeletion = (name: KindAndDeletion): [Kind, DeletionState] => [
  name.startsWith("session") ? "session" : "apiKey",
  name.endsWith("live") ? "live" : "trash",
];

/** Reads return rows to members only. */
const isMember = (scope: { role: SQLWrapper }) => isNotNull(scope.role);

interface CallerColumns {
  userId: string;
  sessionId: string | null;
  keyId: string | null;
  scopes: Scope[] | null;
  tool: string | null;
}

interface SubjectColumns extends CallerColumns {
  workspaceId: string | null;
  workspaceName: string | null;
  workspaceLanguage: Language | null;
  role: Role | null;
}

const toCaller = ({ userId, sessionId, keyId, scopes, tool }: CallerColumns): Caller => ({
  userId,
  sessionId,
  keyId,
  scopes,
  tool,
});

/** Without a role the facts are empty, and `authorize` refuses before anyone reads them. */
const toAccessFacts = (row: SubjectColumns) => ({
  caller: toCaller(row),
  role: row.role,
  workspaceId: row.workspaceId ?? "",
  workspaceName: row.workspaceName ?? "",
  language: row.workspaceLanguage ?? "simple",
});
