import { openDocument, RemoteChange, UnsavedError, watchPresence } from "@mdreader/client/live";
import type { Command } from "commander";

import { createAppendix } from "../append-text.ts";
import { type Cli, defineAction } from "../cli.ts";
import { createKnownMembers, formatEdit, toPresenceLines, toEdits } from "../collab/format.ts";
import { Failure } from "../failure.ts";
import { readStdin } from "../prompt.ts";
import { decodeText } from "../transfer/markdown-file.ts";

interface EditOptions {
  append: string;
}

/** `watch` and `edit`. */
export function addLiveCommands(program: Command): void {
  const watch = program
    .command("watch")
    .argument("<id>", "the document")
    .description("show presence and edits in a document until interrupted")
    .addHelpText(
      "after",
      `
With --json, each event is one line of JSON. Other users see you in the document while you watch.

Examples:
  mdreader watch 0190c1f6-…
  mdreader watch 0190c1f6-… --json | jq -c 'select(.type == "edit")'`,
    );
  defineAction(watch, (cli, _, id) => watchDocument(cli, id));

  const edit = program
    .command("edit")
    .argument("<id>", "the document")
    .description("edit a live document; exits once the server has stored the edit")
    .requiredOption("--append <text>", "text to append; - reads it from stdin")
    .addHelpText(
      "after",
      `
The text starts on a new line and ends with a line break.

Examples:
  mdreader edit 0190c1f6-… --append "- buy milk"
  date | mdreader edit 0190c1f6-… --append -`,
    );
  defineAction<EditOptions>(edit, (cli, { append }, id) => appendText(cli, id, append));
}

async function watchDocument({ client, output }: Cli, id: string): Promise<void> {
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

async function appendText({ client, output }: Cli, id: string, given: string): Promise<void> {
  const text = given === "-" ? decodeText(await readStdin()) : given;
  if (text === "") throw new Failure("USAGE", "The text to append is empty.");
  await client.document.get.query({ id });
  await using live = await openDocument(client, id);
  await withServerMessage(live.synced());
  const { ytext } = live;
  ytext.insert(ytext.length, createAppendix(ytext.toJSON(), text));
  const seq = await withServerMessage(live.whenSaved());
  output.result({ id, seq }, () => `Saved as version ${seq} of the document.`);
}

/** Rethrows rejections with the server's reason, which selects the hint. */
async function withServerMessage<T>(waited: Promise<T>): Promise<T> {
  try {
    return await waited;
  } catch (error) {
    if (!(error instanceof UnsavedError) || error.reason === null) throw error;
    throw error.cause instanceof UnsavedError || error.cause === undefined
      ? new Failure(error.reason, error.message, { cause: error })
      : error.cause;
  }
}
