import {
  appliedText,
  applyTextInput,
  can,
  changesInput,
  type DocumentChange,
  pulled,
  pullInput,
  pushed,
  pushInput,
} from "@mdreader/contract";
import { tracked } from "@trpc/server";

import { presented } from "../../access/gate.ts";
import { documentStream } from "../../access/stream.ts";
import { documentProcedure, documentQuery } from "../../trpc/procedures.ts";
import { withReadableMerge } from "../readable.ts";
import { applyText } from "./apply-text.ts";
import { beginningOf, createChangeIds, followDocument, pullDocument } from "./changes.ts";

/** What live editors call: the document router mounts it. */
export const liveProcedures = {
  push: documentQuery("document.update")
    .input(pushInput)
    .output(pushed)
    .mutation(async ({ ctx, input }) => ({
      seq: await ctx.documents.pushChecked({
        gate: ctx.gate,
        credential: presented(ctx),
        documentId: input.id,
        update: Buffer.from(input.update, "base64"),
      }),
    })),

  pull: documentProcedure("document.read")
    .input(pullInput)
    .output(pulled)
    .query(({ ctx, input: { id, stateVector } }) =>
      pullDocument(ctx, id, stateVector === undefined ? null : Buffer.from(stateVector, "base64")),
    ),

  changes: documentProcedure("document.read")
    .input(changesInput)
    .subscription(async function* ({ ctx, input, signal }) {
      let seq = 0;
      const idOf = await createChangeIds(ctx);
      const leave = can(ctx.access.role, "document.update") ? ctx.documents.attend(input.id) : () => {};
      const changes = documentStream(
        ctx,
        signal,
        (until) => followDocument(ctx, ctx.access, beginningOf(input), until),
        ({ role }): DocumentChange => ({ type: "role", seq, role }),
      );
      try {
        for await (const change of changes) {
          seq = change.seq;
          yield tracked(idOf(change), change);
        }
      } finally {
        leave();
      }
    }),

  applyText: documentProcedure("document.update")
    .input(applyTextInput)
    .output(appliedText)
    .mutation(async ({ ctx, input }) =>
      withReadableMerge(ctx.access, await applyText(ctx, ctx.access, input)),
    ),
};
