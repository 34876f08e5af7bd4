import { everyItem, type Workspace } from "@mdreader/client";
import type { Command } from "commander";

import type { Cli } from "../cli.ts";
import { Failure } from "../failure.ts";
import { chooseOne, isSameIgnoringCase } from "./choose.ts";
import { isId } from "./id.ts";

/** Options of the commands that work in a workspace. */
export interface WorkspaceOptions {
  workspace?: string;
}

/** Adds `--workspace`. */
export function addWorkspaceOption(command: Command): Command {
  return command.option(
    "-w, --workspace <workspace>",
    "name or ID of the workspace; default: see mdreader use",
  );
}

/**
 * The ID of the workspace that a command works in: that of `--workspace`, of MDREADER_WORKSPACE, or the default.
 * @throws Failure USAGE if there is none; TRPCClientError if the caller isn't signed in.
 */
export async function findWorkspaceId(cli: Cli, { workspace }: WorkspaceOptions): Promise<string> {
  const given = workspace ?? cli.workspace;
  if (given !== null) return isId(given) ? given : (await findWorkspace(cli, given)).id;
  // Loaded lazily to keep the help fast.
  const { readDefaultWorkspace } = await import("../config.ts");
  const chosen = await readDefaultWorkspace(cli);
  if (chosen !== null) return chosen.id;
  // Somebody who isn't signed in has to do that first.
  await cli.client.auth.me.query();
  throw new Failure("USAGE", "No workspace is selected.", {
    hint: "Pass --workspace, or choose a default with: mdreader use NAME",
  });
}

/** The caller's workspaces. */
export function listWorkspaces({ client }: Pick<Cli, "client">): Promise<Workspace[]> {
  return Array.fromAsync(everyItem((cursor) => client.workspace.list.query({ cursor, limit: 100 })));
}

/** Finds a workspace by its name or ID. @throws Failure NOT_FOUND or AMBIGUOUS. */
export async function findWorkspace(cli: Pick<Cli, "client">, given: string): Promise<Workspace> {
  if (isId(given)) return cli.client.workspace.get.query({ id: given });
  const workspaces = await listWorkspaces(cli);
  return chooseOne({
    given,
    kind: "workspace",
    found: workspaces.filter(({ name }) => name === given),
    similar: workspaces.filter(({ name }) => isSameIgnoringCase(name, given)),
    listHint: "List your workspaces with: mdreader workspace list",
  });
}
