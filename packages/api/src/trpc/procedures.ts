import { type AccountAction, id, type WorkspaceAction } from "@mdreader/contract";
import { z } from "zod";

import {
  checkAccount,
  checkDocument,
  checkFile,
  checkFolder,
  requireCredential,
  checkUpload,
  checkWorkspace,
} from "../access/resource-checks.ts";
import type { DeletionState } from "../access/subject-queries.ts";
import { touchApiKey } from "../access/touch-api-key.ts";
import { procedure } from "./init.ts";

/**
 * The builders of all procedures. Each requires an action, which is checked on every call, not once per connection. A
 * `…Procedure` runs the check and passes `ctx.access`. A `…Query` includes the check in the one statement that does the
 * work, through `ctx.check`.
 */

/** Needs no sign-in. */
export const publicProcedure = procedure.meta({ action: "public" });

/** Rejects callers without credentials before parsing their input. Records the last use of an API key. */
const requireSignIn = procedure.use(async ({ ctx, next }) => {
  const credential = requireCredential(ctx);
  const result = await next();
  if (result.ok && credential.kind === "apiKey") touchApiKey(ctx, credential);
  return result;
});

const idInput = z.object({ id });
const documentIdInput = z.object({ documentId: id });
const workspaceIdInput = z.object({ workspaceId: id });

/** Acts on the caller's own account. */
export const authedProcedure = <A extends AccountAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .use(async ({ ctx, next }) => next({ ctx: { access: await checkAccount(ctx, action).require() } }));

export const authedQuery = <A extends AccountAction>(action: A) =>
  requireSignIn.meta({ action }).use(({ ctx, next }) => next({ ctx: { check: checkAccount(ctx, action) } }));

/** Acts inside the workspace named by `workspaceId`. */
export const workspaceProcedure = <A extends WorkspaceAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .input(workspaceIdInput)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await checkWorkspace(ctx, action, input.workspaceId).require() } }),
    );

export const workspaceQuery = <A extends WorkspaceAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .input(workspaceIdInput)
    .use(({ ctx, input, next }) => next({ ctx: { check: checkWorkspace(ctx, action, input.workspaceId) } }));

/** Acts on the workspace named by `id`. */
export const workspaceByIdProcedure = <A extends WorkspaceAction>(action: A, state?: DeletionState) =>
  requireSignIn
    .meta({ action })
    .input(idInput)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await checkWorkspace(ctx, action, input.id, state).require() } }),
    );

export const workspaceByIdQuery = <A extends WorkspaceAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .input(idInput)
    .use(({ ctx, input, next }) => next({ ctx: { check: checkWorkspace(ctx, action, input.id) } }));

/** Acts on the document named by `id`. */
export const documentByIdProcedure = <A extends WorkspaceAction>(action: A, state?: DeletionState) =>
  requireSignIn
    .meta({ action })
    .input(idInput)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await checkDocument(ctx, action, input.id, state).require() } }),
    );

export const documentByIdQuery = <A extends WorkspaceAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .input(idInput)
    .use(({ ctx, input, next }) => next({ ctx: { check: checkDocument(ctx, action, input.id) } }));

/** Acts inside the document named by `documentId`. */
export const documentProcedure = <A extends WorkspaceAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .input(documentIdInput)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await checkDocument(ctx, action, input.documentId).require() } }),
    );

export const documentQuery = <A extends WorkspaceAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .input(documentIdInput)
    .use(({ ctx, input, next }) => next({ ctx: { check: checkDocument(ctx, action, input.documentId) } }));

/** Belongs to an open stream of the caller, whose access is monitored. The service requires that stream. */
export const streamAuthorizedProcedure = (action: WorkspaceAction) => requireSignIn.meta({ action });

/** Acts on the folder named by `id`. */
export const folderProcedure = <A extends WorkspaceAction>(action: A, state?: DeletionState) =>
  requireSignIn
    .meta({ action })
    .input(idInput)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await checkFolder(ctx, action, input.id, state).require() } }),
    );

/** Acts on the file named by `id`. */
export const fileProcedure = <A extends WorkspaceAction>(action: A, state?: DeletionState) =>
  requireSignIn
    .meta({ action })
    .input(idInput)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await checkFile(ctx, action, input.id, state).require() } }),
    );

/** Acts on the caller's own upload named by `id`. */
export const uploadProcedure = <A extends WorkspaceAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .input(idInput)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await checkUpload(ctx, action, input.id).require() } }),
    );
