import type { Command } from "commander";

import { defineAction } from "../cli.ts";
import { Failure } from "../failure.ts";
import { findTrashed, listTrash, restoreTrashed } from "../lookup/trash.ts";
import { addWorkspaceOption, findWorkspaceId, type WorkspaceOptions } from "../lookup/workspace.ts";
import { formatTable, formatTime } from "../output.ts";
import { confirm } from "../prompt.ts";

interface PurgeOptions extends WorkspaceOptions {
  yes?: boolean;
}

/** `trash list`, `trash restore` and `trash purge`. */
export function addTrashCommands(program: Command): void {
  const trash = program.command("trash").description("list, restore and purge deleted items");

  const list = addWorkspaceOption(
    trash.command("list").description("list the deleted documents, folders and files, newest first"),
  );
  defineAction<WorkspaceOptions>(list, async (cli, options) => {
    const items = await listTrash(cli, await findWorkspaceId(cli, options));
    cli.output.result(items, () =>
      items.length === 0
        ? "The trash is empty."
        : formatTable(
            ["NAME", "KIND", "DELETED", "BY", "PURGED ON", "ID"],
            items.map(({ name, kind, deletedAt, deletedBy, purgeAt, id }) => [
              name,
              kind,
              formatTime(deletedAt),
              deletedBy?.username ?? "",
              formatTime(purgeAt),
              id,
            ]),
          ),
    );
  });

  const restore = addWorkspaceOption(
    trash
      .command("restore")
      .argument("<item>", "name or ID")
      .description("restore a document, folder or file, with everything that was deleted with it"),
  ).addHelpText(
    "after",
    `
Examples:
  mdreader trash restore Plan`,
  );
  defineAction<WorkspaceOptions>(restore, async (cli, options, given) => {
    const item = await findTrashed(cli, given, options);
    const restored = await restoreTrashed(cli, item);
    cli.output.result(restored, () => `Restored the ${item.kind} “${item.name}”.`);
  });

  const purge = addWorkspaceOption(
    trash
      .command("purge")
      .argument("<item>", "name or ID")
      .description("permanently delete a document or file; this can't be undone"),
  ).option("-y, --yes", "don't ask for confirmation");
  defineAction<PurgeOptions>(purge, async (cli, { yes = false, ...options }, given) => {
    const { kind, id, name } = await findTrashed(cli, given, options);
    if (kind === "folder") {
      throw new Failure("USAGE", "A folder can't be purged.", {
        hint: "It is permanently deleted once its retention ends. See the dates with: mdreader trash list",
      });
    }
    await confirm(cli.output, `Permanently delete the ${kind} “${name}”?`, yes);
    const { client } = cli;
    const result = await (kind === "document" ? client.document.purge : client.file.purge).mutate({ id });
    cli.output.result(result, () => `Permanently deleted the ${kind} “${name}”.`);
  });
}
