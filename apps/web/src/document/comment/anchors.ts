import type { RouterInputs, RouterOutputs } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import * as Y from "yjs";

import type { CommentRange } from "./ranges.ts";

export type Thread = RouterOutputs["document"]["comment"]["list"]["items"][number];
export type Anchor = NonNullable<RouterInputs["document"]["comment"]["create"]["anchor"]>;

/** What is commented on: how it is told to the server, and the words for people. */
export interface Draft {
  anchor: Anchor;
  quote: string;
}

/** A piece of the text as what it is now, wherever edits move it. */
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

/** Where the words of a thread stand in the text as it is here; null when they are gone. */
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
