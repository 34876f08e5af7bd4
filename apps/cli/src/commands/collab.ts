import type { Command } from "commander";

import { defineAction } from "../cli.ts";
import { findDocumentId } from "../lookup/item.ts";
import { addWorkspaceOption, type WorkspaceOptions } from "../lookup/workspace.ts";

interface EditOptions extends WorkspaceOptions {
  append: string;
}

/** `watch` and `edit`. Their code is loaded lazily to keep other commands fast. */
export function addLiveCommands(program: Command): void {
  const watch = addWorkspaceOption(
    program
      .command("watch")
      .argument("<document>", "path or ID")
      .description("show presence and edits in a document until interrupted"),
  ).addHelpText(
    "after",
    `
With --json, each event is one line of JSON. Other users see you in the document while you watch.

Examples:
  mdreader watch "Notes/Plan"
  mdreader watch "Notes/Plan" --json | jq -c 'select(.type == "edit")'`,
  );
  defineAction<WorkspaceOptions>(watch, async (cli, options, given) => {
    const { watchDocument } = await import("../collab/watch-document.ts");
    await watchDocument(cli, await findDocumentId(cli, given, options));
  });

  const edit = addWorkspaceOption(
    program
      .command("edit")
      .argument("<document>", "path or ID")
      .description("edit a live document; exits once the server has stored the edit"),
  )
    .requiredOption("--append <text>", "text to append; - reads it from stdin")
    .addHelpText(
      "after",
      `
The text starts on a new line and ends with a line break.

Examples:
  mdreader edit "Notes/Plan" --append "- buy milk"
  date | mdreader edit "Notes/Plan" --append -`,
    );
  defineAction<EditOptions>(edit, async (cli, { append, ...options }, given) => {
    const { appendText } = await import("../collab/append-text.ts");
    await appendText(cli, await findDocumentId(cli, given, options), append);
  });
}
