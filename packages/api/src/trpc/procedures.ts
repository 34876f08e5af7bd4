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
 * The builders of all procedures. Each demands the action that the procedure is; the check is made with every call, not
 * once a connection. A `…Procedure` has made it and passes `ctx.access`; a `…Query` leaves it to the one statement that
 * does what was asked for, through `ctx.gate`.
 */

/** Needs no sign-in. */
export const publicProcedure = procedure.meta({ action: "public" });

/** Refuses who shows nothing before looking at what they sent. That a key was of use is noted for its owner. */
const requireSignIn = procedure.use(async ({ ctx, next }) => {
  const credential = requireCredential(ctx);
  const result = await next();
  if (result.ok && credential.kind === "apiKey") touchApiKey(ctx, credential);
  return result;
});

const idInput = z.object({ id });
const documentIdInput = z.object({ documentId: id });
const workspaceIdInput = z.object({ workspaceId: id });

/** Something a person does with their own account. */
export const authedProcedure = <A extends AccountAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .use(async ({ ctx, next }) => next({ ctx: { access: await checkAccount(ctx, action).require() } }));

export const authedQuery = <A extends AccountAction>(action: A) =>
  requireSignIn.meta({ action }).use(({ ctx, next }) => next({ ctx: { gate: checkAccount(ctx, action) } }));

/** Something inside the workspace named by `workspaceId`. */
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
    .use(({ ctx, input, next }) => next({ ctx: { gate: checkWorkspace(ctx, action, input.workspaceId) } }));

/** Something done to the workspace named by `id` itself. */
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
    .use(({ ctx, input, next }) => next({ ctx: { gate: checkWorkspace(ctx, action, input.id) } }));

/** Something done to the document named by `id`. */
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
    .use(({ ctx, input, next }) => next({ ctx: { gate: checkDocument(ctx, action, input.id) } }));

/** Something in the document named by `documentId`. */
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
    .use(({ ctx, input, next }) => next({ ctx: { gate: checkDocument(ctx, action, input.documentId) } }));

/** Something that goes with an open stream of the caller's, whose access is watched: the service asks for that stream. */
export const streamAuthorizedProcedure = (action: WorkspaceAction) => requireSignIn.meta({ action });

/** Something done to the folder named by `id`. */
export const folderProcedure = <A extends WorkspaceAction>(action: A, state?: DeletionState) =>
  requireSignIn
    .meta({ action })
    .input(idInput)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await checkFolder(ctx, action, input.id, state).require() } }),
    );

/** Something done to the file named by `id`. */
export const fileProcedure = <A extends WorkspaceAction>(action: A, state?: DeletionState) =>
  requireSignIn
    .meta({ action })
    .input(idInput)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await checkFile(ctx, action, input.id, state).require() } }),
    );

/** Something done to the caller's own upload named by `id`. */
export const uploadProcedure = <A extends WorkspaceAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .input(idInput)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await checkUpload(ctx, action, input.id).require() } }),
    );
