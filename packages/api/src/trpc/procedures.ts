import { type AccountAction, id, type WorkspaceAction } from "@mdreader/contract";
import { z } from "zod";

import {
  accountGate,
  documentGate,
  fileGate,
  folderGate,
  presented,
  uploadGate,
  workspaceGate,
} from "../access/gate.ts";
import { noteKeyUse } from "../access/key-use.ts";
import type { State } from "../access/scope.ts";
import { procedure } from "./init.ts";

/**
 * The builders of all procedures. Each demands the action that the procedure is; the check is made with every call, not
 * once a connection. A `…Procedure` has made it and passes `ctx.access`; a `…Query` leaves it to the one statement that
 * does what was asked for, through `ctx.gate`.
 */

/** Needs no sign-in. */
export const publicProcedure = procedure.meta({ action: "public" });

/** Refuses who shows nothing before looking at what they sent. That a key was of use is noted for its owner. */
const signedIn = procedure.use(async ({ ctx, next }) => {
  const credential = presented(ctx);
  const result = await next();
  if (result.ok && credential.kind === "apiKey") noteKeyUse(ctx, credential);
  return result;
});

const byId = z.object({ id });
const byDocumentId = z.object({ documentId: id });
const byWorkspaceId = z.object({ workspaceId: id });

/** Something a person does with their own account. */
export const authedProcedure = <A extends AccountAction>(action: A) =>
  signedIn
    .meta({ action })
    .use(async ({ ctx, next }) => next({ ctx: { access: await accountGate(ctx, action).pass() } }));

export const authedQuery = <A extends AccountAction>(action: A) =>
  signedIn.meta({ action }).use(({ ctx, next }) => next({ ctx: { gate: accountGate(ctx, action) } }));

/** Something inside the workspace named by `workspaceId`. */
export const workspaceProcedure = <A extends WorkspaceAction>(action: A) =>
  signedIn
    .meta({ action })
    .input(byWorkspaceId)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await workspaceGate(ctx, action, input.workspaceId).pass() } }),
    );

export const workspaceQuery = <A extends WorkspaceAction>(action: A) =>
  signedIn
    .meta({ action })
    .input(byWorkspaceId)
    .use(({ ctx, input, next }) => next({ ctx: { gate: workspaceGate(ctx, action, input.workspaceId) } }));

/** Something done to the workspace named by `id` itself. */
export const workspaceItselfProcedure = <A extends WorkspaceAction>(action: A, state?: State) =>
  signedIn
    .meta({ action })
    .input(byId)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await workspaceGate(ctx, action, input.id, state).pass() } }),
    );

export const workspaceItselfQuery = <A extends WorkspaceAction>(action: A) =>
  signedIn
    .meta({ action })
    .input(byId)
    .use(({ ctx, input, next }) => next({ ctx: { gate: workspaceGate(ctx, action, input.id) } }));

/** Something done to the document named by `id`. */
export const documentProcedure = <A extends WorkspaceAction>(action: A, state?: State) =>
  signedIn
    .meta({ action })
    .input(byId)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await documentGate(ctx, action, input.id, state).pass() } }),
    );

export const documentQuery = <A extends WorkspaceAction>(action: A) =>
  signedIn
    .meta({ action })
    .input(byId)
    .use(({ ctx, input, next }) => next({ ctx: { gate: documentGate(ctx, action, input.id) } }));

/** Something in the document named by `documentId`. */
export const documentInProcedure = <A extends WorkspaceAction>(action: A) =>
  signedIn
    .meta({ action })
    .input(byDocumentId)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await documentGate(ctx, action, input.documentId).pass() } }),
    );

export const documentInQuery = <A extends WorkspaceAction>(action: A) =>
  signedIn
    .meta({ action })
    .input(byDocumentId)
    .use(({ ctx, input, next }) => next({ ctx: { gate: documentGate(ctx, action, input.documentId) } }));

/** Something that goes with an open stream of the caller's, whose access is watched: the service asks for that stream. */
export const streamedProcedure = (action: WorkspaceAction) => signedIn.meta({ action });

/** Something done to the folder named by `id`. */
export const folderProcedure = <A extends WorkspaceAction>(action: A, state?: State) =>
  signedIn
    .meta({ action })
    .input(byId)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await folderGate(ctx, action, input.id, state).pass() } }),
    );

/** Something done to the file named by `id`. */
export const fileProcedure = <A extends WorkspaceAction>(action: A, state?: State) =>
  signedIn
    .meta({ action })
    .input(byId)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await fileGate(ctx, action, input.id, state).pass() } }),
    );

/** Something done to the caller's own upload named by `id`. */
export const uploadProcedure = <A extends WorkspaceAction>(action: A) =>
  signedIn
    .meta({ action })
    .input(byId)
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { access: await uploadGate(ctx, action, input.id).pass() } }),
    );
