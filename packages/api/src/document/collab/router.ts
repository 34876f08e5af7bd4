import {
  appliedText,
  applyTextInput,
  can,
  changesInput,
  type DocumentChange,
  pullOutput,
  pullInput,
  pushOutput,
  pushInput,
} from "@mdreader/contract";
import { tracked } from "@trpc/server";

import { requireCredential } from "../../access/identity.ts";
import { guardDocumentStream } from "../../access/monitor/guarded-stream.ts";
import { resourceProcedure, resourceQuery } from "../../trpc/procedures.ts";
import { withMergeIfReadable } from "../readable.ts";
import { toResumePoint, createChangeIds, streamChanges, pullDocument } from "./read/changes.ts";
import { applyText } from "./write/apply-text.ts";

/** Procedures for live editing, mounted by the document router. */
export const collabProcedures = {
  push: resourceQuery("document", "document.update")
    .meta({ action: "document.update", isRepeatable: true })
    .input(pushInput)
    .output(pushOutput)
    .mutation(async ({ ctx, input }) => ({
      seq: await ctx.documents.pushAuthorized({
        check: ctx.check,
        credential: requireCredential(ctx),
        documentId: input.id,
        update: Buffer.from(input.update, "base64"),
      }),
    })),

  pull: resourceProcedure("document", "document.read")
    .input(pullInput)
    .output(pullOutput)
    .query(({ ctx, input: { id, stateVector } }) =>
      pullDocument(ctx, id, stateVector === undefined ? null : Buffer.from(stateVector, "base64")),
    ),

  changes: resourceProcedure("document", "document.read")
    .input(changesInput)
    .subscription(async function* ({ ctx, input, signal }) {
      let seq = 0;
      const toChangeId = await createChangeIds(ctx);
      const sendDirectly = (change: DocumentChange) => {
        const isSent = ctx.request.sendDirectly?.(tracked(toChangeId(change), change)) === true;
        if (isSent) ({ seq } = change);
        return isSent;
      };
      /** Tells the editor that their role has changed. */
      const toRoleNotice = ({ role }: Pick<DocumentChange & { type: "role" }, "role">): DocumentChange => ({
        type: "role",
        seq,
        role,
      });
      const leave = can(ctx.access.role, "document.update") ? ctx.documents.track(input.id) : () => {};
      const changes = guardDocumentStream(
        ctx,
        signal,
        (until) => streamChanges(ctx, ctx.access, toResumePoint(input), until, sendDirectly),
        toRoleNotice,
      );
      try {
        for await (const change of changes) {
          seq = change.seq;
          yield tracked(toChangeId(change), change);
        }
      } finally {
        leave();
      }
    }),

  applyText: resourceProcedure("document", "document.update")
    .input(applyTextInput)
    .output(appliedText)
    .mutation(async ({ ctx, input }) =>
      withMergeIfReadable(ctx.access, await applyText(ctx, ctx.access, input)),
    ),
};
