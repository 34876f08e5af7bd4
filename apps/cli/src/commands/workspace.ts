import { everyItem } from "@mdreader/client";
import type { Command } from "commander";

import { defineAction } from "../cli.ts";
import { formatTable } from "../output.ts";

interface CreateOptions {
  description?: string;
}

/** `workspace list` and `workspace create`. */
export function addWorkspaceCommands(program: Command): void {
  const workspace = program.command("workspace").description("list and create workspaces");

  defineAction(workspace.command("list").description("list your workspaces"), async ({ client, output }) => {
    const workspaces = await Array.fromAsync(
      everyItem((cursor) => client.workspace.list.query({ cursor, limit: 100 })),
    );
    output.result(workspaces, () =>
      workspaces.length === 0
        ? "No workspaces yet. Create one with: mdreader workspace create NAME"
        : formatTable(
            ["ID", "NAME", "ROLE"],
            workspaces.map(({ id, name, role }) => [id, name, role]),
          ),
    );
  });

  const create = workspace
    .command("create")
    .argument("<name>", "the name")
    .description("create a workspace that you own")
    .option("--description <text>", "the description")
    .addHelpText(
      "after",
      `
Examples:
  mdreader workspace create "Team handbook"
  id=$(mdreader workspace create Notes --json | jq -r .id)`,
    );
  defineAction<CreateOptions>(create, async ({ client, output }, { description }, name) => {
    const made = await client.workspace.create.mutate({
      name,
      ...(description !== undefined && { description }),
    });
    output.result(made, () => `${made.id}  ${made.name}`);
  });
}
