import type { RouterInputs, RouterOutputs } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import * as Y from "yjs";

import type { CommentRange } from "./ranges.ts";

export type Thread = RouterOutputs["document"]["comment"]["list"]["items"][number];
export type Anchor = NonNullable<RouterInputs["document"]["comment"]["create"]["anchor"]>;

/** The target of a new comment: its anchor for the server, and the quote to display. */
export interface Draft {
  anchor: Anchor;
  quote: string;
}

/** Anchors a range of the text, so that it survives later edits. */
export function createCommentDraft(live: LiveDocument, from: number, to: number): Draft {
  return {
    anchor: { start: toRelativePosition(live.ytext, from, 0), end: toRelativePosition(live.ytext, to, -1) },
    quote: live.ytext.toJSON().slice(from, to),
  };
}

function toRelativePosition(ytext: Y.Text, index: number, assoc: 0 | -1) {
  const { item } = Y.createRelativePositionFromTypeIndex(ytext, index, assoc);
  return {
    tname: "content" as const,
    ...(item !== null && { item: { client: item.client, clock: item.clock } }),
    assoc,
  };
}

/** The current range of a thread in the local text; null if the text was deleted. */
export function resolveRange(live: LiveDocument, { id, anchor }: Thread): CommentRange | null {
  if (anchor === null || anchor.range === null) return null;
  const [one, other] = [anchor.start, anchor.end].map(
    (position) =>
      Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), live.doc)
        ?.index,
  );
  if (one === undefined || other === undefined) return null;
  return { threadId: id, from: Math.min(one, other), to: Math.max(one, other) };
}
