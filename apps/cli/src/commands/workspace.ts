import type { Command } from "commander";

import { defineAction } from "../cli.ts";
import { Failure } from "../failure.ts";
import { findWorkspace, findWorkspaceId, listWorkspaces } from "../lookup/workspace.ts";
import { applyStyle, formatTable, toOneLine } from "../output.ts";

interface CreateOptions {
  description?: string;
}

interface UpdateOptions {
  name?: string;
  description?: string;
  secondFactor?: string;
}

interface UseOptions {
  clear?: boolean;
}

/** Loaded lazily to keep the help fast. */
const loadConfig = () => import("../config.ts");

/** `workspace list`, `create`, `update` and `leave`, and `use`. */
export function addWorkspaceCommands(program: Command): void {
  const workspace = program.command("workspace").description("list, create, change and leave workspaces");

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
    const created = await client.workspace.create.mutate({
      name,
      ...(description !== undefined && { description }),
    });
    output.result(created, () => `${created.id}  ${created.name}`);
  });

  const update = workspace
    .command("update")
    .argument("<workspace>", "name or ID")
    .description(
      "change the name or description of a workspace, or whether it requires two-step verification",
    )
    .option("--name <name>", "the new name")
    .option("--description <text>", "the new description")
    .option(
      "--second-factor <requirement>",
      "whether members need two-step verification: required or optional",
    )
    .addHelpText(
      "after",
      `
Only owners who use two-step verification can require it. Members who don't use it lose access until they set it up.

Examples:
  mdreader workspace update Notes --name "Team notes"
  mdreader workspace update Handbook --second-factor required`,
    );
  defineAction<UpdateOptions>(update, async (cli, { name, description, secondFactor }, given) => {
    const isRequired = parseRequirement(secondFactor);
    if (name === undefined && description === undefined && isRequired === null) {
      throw new Failure("USAGE", "Pass --name, --description or --second-factor.");
    }
    const id = await findWorkspaceId(cli, { workspace: given });
    const { update: change, requireSecondFactor } = cli.client.workspace;
    const required = isRequired === null ? null : await requireSecondFactor.mutate({ id, isRequired });
    const changed =
      name === undefined && description === undefined
        ? required
        : await change.mutate({
            id,
            ...(name !== undefined && { name }),
            ...(description !== undefined && { description }),
          });
    cli.output.result(changed, () => "Saved.");
  });

  const leave = workspace
    .command("leave")
    .argument("<workspace>", "name or ID")
    .description("leave a workspace; your contributions remain");
  defineAction(leave, async (cli, _, given) => {
    const id = await findWorkspaceId(cli, { workspace: given });
    const result = await cli.client.workspace.leave.mutate({ id });
    cli.output.result(result, () => `You left ${toOneLine(given)}.`);
  });

  const use = program
    .command("use")
    .argument("[workspace]", "name or ID")
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

/** Whether a second factor is required; null without the option. */
function parseRequirement(given: string | undefined): boolean | null {
  if (given === undefined) return null;
  if (given !== "required" && given !== "optional") {
    throw new Failure("USAGE", "--second-factor must be required or optional.");
  }
  return given === "required";
}
