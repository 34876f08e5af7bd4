import { openDocument, RemoteChange, watchPresence } from "@mdreader/client/live";

import type { Cli } from "../cli.ts";
import { createKnownMembers, formatEdit, toPresenceLines, toEdits } from "./format.ts";
import { withServerMessage } from "./server-message.ts";

/** Prints the presence and the edits of a document until it is closed. */
export async function watchDocument({ client, output }: Cli, id: string): Promise<void> {
  // A plain call first fails fast if the server or the document is missing.
  const { title } = await client.document.get.query({ id });
  await using live = await openDocument(client, id, { presence: false });
  const known = createKnownMembers();
  live.ytext.observe(({ delta }, { origin }) => {
    // The initial text and updates merged after a reconnect have no single author.
    if (!(origin instanceof RemoteChange) || origin.authorId === null) return;
    const { seq, authorId } = origin;
    const pieces = toEdits(delta, live.ytext.toJSON());
    output.event({ type: "edit", seq, authorId, pieces }, () => formatEdit(known.nameOf(authorId), pieces));
  });
  const ended = Promise.withResolvers<never>();
  live.saveState.subscribe((state) => {
    if (state.status === "closed") live.synced().then(undefined, ended.reject);
    if (state.status === "offline") output.note("Connection lost. Reconnecting…");
  });
  live.meta.subscribe((meta) => {
    output.event({ type: "meta", ...meta }, () => `The document is now titled ${meta.title ?? title}.`);
  });
  await withServerMessage(live.synced());
  output.event(
    { type: "watching", documentId: id, title, seq: live.saveState.get().seq },
    () => `Watching ${title}.`,
  );

  const presence = async () => {
    for await (const event of watchPresence(client, id)) {
      for (const { data, text } of toPresenceLines(event, known)) output.event(data, () => text);
    }
  };
  await Promise.race([presence(), withServerMessage(ended.promise)]);
}
