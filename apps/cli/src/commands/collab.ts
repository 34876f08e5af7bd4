import type { Command } from "commander";

import { defineAction } from "../cli.ts";

interface EditOptions {
  append: string;
}

/** `watch` and `edit`. Their code is loaded lazily to keep other commands fast. */
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
  defineAction(watch, async (cli, _, id) => {
    const { watchDocument } = await import("../collab/watch-document.ts");
    await watchDocument(cli, id);
  });

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
  defineAction<EditOptions>(edit, async (cli, { append }, id) => {
    const { appendText } = await import("../collab/append-text.ts");
    await appendText(cli, id, append);
  });
}
