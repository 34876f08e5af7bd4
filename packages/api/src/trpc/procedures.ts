import {
  type AccountAction,
  type Action,
  id,
  type InstanceAction,
  type WorkspaceAction,
} from "@mdreader/contract";
import { middlewareMarker } from "@trpc/server/unstable-core-do-not-import";
import { z } from "zod";

import { requireCredential } from "../access/identity.ts";
import { checkAccount, checkInstance, checkResource, checkWorkspace } from "../access/resource-checks.ts";
import type { DeletionState, ResourceKind, ResourceState } from "../access/resources.ts";
import { touchApiKey } from "../access/touch-api-key.ts";
import { type CallWorkspace, reserveCallKey, settleReservation } from "./idempotent.ts";
import { procedure } from "./init.ts";

/**
 * The builders of all procedures. Each requires an action, which is checked on every call, not once per connection. A
 * `…Procedure` runs the check and passes `ctx.access`. A `…Query` includes the check in the one statement that does the
 * work, through `ctx.check`.
 */

/** Needs no sign-in. */
export const publicProcedure = procedure.meta({ action: "public" });

/**
 * Rejects callers without credentials before parsing their input. Records the last use of an API key. A mutation with an
 * idempotency key that was sent before returns the earlier result.
 */
const requireSignIn = procedure
  .use(async ({ ctx, next }) => {
    const credential = requireCredential(ctx);
    const result = await next();
    if (result.ok && credential.kind === "apiKey") touchApiKey(ctx, credential);
    return result;
  })
  .use(async ({ next, ...call }) => {
    const callWorkspace: CallWorkspace = { workspaceId: null };
    const keyed = call.type === "mutation" ? await reserveCallKey(call) : null;
    if (keyed !== null && "result" in keyed) return replay(keyed.result);
    const result = await next({ ctx: { callWorkspace } });
    if (keyed !== null) await settleReservation(call.ctx, keyed.reservation, callWorkspace, result);
    return result;
  });

/** Returns a stored result in place of the procedure's. */
const replay = (data: unknown) => ({ marker: middlewareMarker, ok: true as const, data });

/** Records the workspace that an access check has found. */
async function recordWorkspace<A extends { workspaceId: string }>(
  callWorkspace: CallWorkspace,
  check: Promise<A>,
): Promise<A> {
  const access = await check;
  callWorkspace.workspaceId = access.workspaceId;
  return access;
}

const procedureById = (action: Action) => requireSignIn.meta({ action }).input(z.object({ id }));
const procedureByDocumentId = (action: WorkspaceAction) =>
  requireSignIn.meta({ action }).input(z.object({ documentId: id }));
const procedureByWorkspaceId = (action: WorkspaceAction) =>
  requireSignIn.meta({ action }).input(z.object({ workspaceId: id }));

/** Acts on the caller's own account. */
export const authedProcedure = <A extends AccountAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .use(async ({ ctx, next }) => next({ ctx: { access: await checkAccount(ctx, action).require() } }));

export const authedQuery = <A extends AccountAction>(action: A) =>
  requireSignIn.meta({ action }).use(({ ctx, next }) => next({ ctx: { check: checkAccount(ctx, action) } }));

/** Acts on the instance. Only superusers may. */
export const instanceProcedure = <A extends InstanceAction>(action: A) =>
  requireSignIn
    .meta({ action })
    .use(async ({ ctx, next }) => next({ ctx: { access: await checkInstance(ctx, action).require() } }));

export const instanceQuery = <A extends InstanceAction>(action: A) =>
  requireSignIn.meta({ action }).use(({ ctx, next }) => next({ ctx: { check: checkInstance(ctx, action) } }));

/** Acts inside the workspace named by `workspaceId`. */
export const workspaceProcedure = <A extends WorkspaceAction>(action: A) =>
  procedureByWorkspaceId(action).use(async ({ ctx, input, next }) =>
    next({
      ctx: {
        access: await recordWorkspace(
          ctx.callWorkspace,
          checkWorkspace(ctx, action, input.workspaceId).require(),
        ),
      },
    }),
  );

export const workspaceQuery = <A extends WorkspaceAction>(action: A) =>
  procedureByWorkspaceId(action).use(({ ctx, input, next }) =>
    next({ ctx: { check: checkWorkspace(ctx, action, input.workspaceId) } }),
  );

/** Acts on the workspace named by `id`. */
export const workspaceByIdProcedure = <A extends WorkspaceAction>(action: A, state?: DeletionState) =>
  procedureById(action).use(async ({ ctx, input, next }) =>
    next({
      ctx: {
        access: await recordWorkspace(
          ctx.callWorkspace,
          checkWorkspace(ctx, action, input.id, state).require(),
        ),
      },
    }),
  );

export const workspaceByIdQuery = <A extends WorkspaceAction>(action: A) =>
  procedureById(action).use(({ ctx, input, next }) =>
    next({ ctx: { check: checkWorkspace(ctx, action, input.id) } }),
  );

/** Acts on the resource of this kind named by `id`. */
export const resourceProcedure = <Kind extends ResourceKind, A extends WorkspaceAction>(
  kind: Kind,
  action: A,
  state?: DeletionState,
) =>
  procedureById(action).use(async ({ ctx, input, next }) =>
    next({
      ctx: {
        access: await recordWorkspace(
          ctx.callWorkspace,
          checkResource(ctx, kind, action, input.id, state).require(),
        ),
      },
    }),
  );

export const resourceQuery = <Kind extends ResourceKind, A extends WorkspaceAction>(kind: Kind, action: A) =>
  procedureById(action).use(({ ctx, input, next }) =>
    next({ ctx: { check: checkResource(ctx, kind, action, input.id) } }),
  );

/** Acts inside the document named by `documentId`. */
export const documentProcedure = <A extends WorkspaceAction>(action: A, state?: ResourceState) =>
  procedureByDocumentId(action).use(async ({ ctx, input, next }) => {
    const check = checkResource(ctx, "document", action, input.documentId, state);
    return next({ ctx: { access: await recordWorkspace(ctx.callWorkspace, check.require()) } });
  });

export const documentQuery = <A extends WorkspaceAction>(action: A) =>
  procedureByDocumentId(action).use(({ ctx, input, next }) =>
    next({ ctx: { check: checkResource(ctx, "document", action, input.documentId) } }),
  );

/** Belongs to an open stream of the caller, whose access is monitored. The service requires that stream. */
export const streamAuthorizedProcedure = (action: WorkspaceAction) => requireSignIn.meta({ action });
