import type { Command } from "commander";

import { defineAction } from "../cli.ts";
import { findWorkspace, listWorkspaces } from "../lookup/workspace.ts";
import { applyStyle, formatTable, toOneLine } from "../output.ts";

interface CreateOptions {
  description?: string;
}

interface UseOptions {
  clear?: boolean;
}

/** Loaded lazily to keep the help fast. */
const loadConfig = () => import("../config.ts");

/** `workspace list`, `workspace create` and `use`. */
export function addWorkspaceCommands(program: Command): void {
  const workspace = program.command("workspace").description("list and create workspaces");

  defineAction(workspace.command("list").description("list your workspaces"), async (cli) => {
    const workspaces = await listWorkspaces(cli);
    const { readDefaultWorkspace } = await loadConfig();
    const chosen = await readDefaultWorkspace(cli);
    cli.output.result(workspaces, () =>
      workspaces.length === 0
        ? "No workspaces yet. Create one with: mdreader workspace create NAME"
        : formatTable(
            ["NAME", "ROLE", "DEFAULT", "ID"],
            workspaces.map(({ id, name, role }) => [name, role, id === chosen?.id ? "yes" : "", id]),
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

  const use = program
    .command("use")
    .argument("[workspace]", "its name or ID")
    .description("choose the default workspace, or show it")
    .option("--clear", "forget the default workspace")
    .addHelpText(
      "after",
      `
Commands work in the default workspace unless --workspace or MDREADER_WORKSPACE names another one. Each server has its own.

Examples:
  mdreader use Handbook
  mdreader use`,
    );
  defineAction<UseOptions>(use, async (cli, { clear }, given?: string) => {
    const { readDefaultWorkspace, writeDefaultWorkspace } = await loadConfig();
    if (clear || given !== undefined) {
      const found = given === undefined ? null : await findWorkspace(cli, given);
      await writeDefaultWorkspace(cli, found && { id: found.id, name: found.name });
    }
    const chosen = await readDefaultWorkspace(cli);
    cli.output.result(chosen, () =>
      chosen === null
        ? "No default workspace. Choose one with: mdreader use NAME"
        : `The default workspace is ${toOneLine(chosen.name)}  ${applyStyle("dim", chosen.id)}`,
    );
  });
}
