import { everyItem, type RouterOutputs } from "@mdreader/client";
import { keyRoles, scopes, workspaceScopes } from "@mdreader/contract/policy";
import { type Command, Option } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { Failure } from "../failure.ts";
import { chooseOne, isSameIgnoringCase } from "../lookup/choose.ts";
import { isId } from "../lookup/id.ts";
import { findWorkspaceId } from "../lookup/workspace.ts";
import { parsePositive } from "../number.ts";
import { formatTable, formatTime } from "../output.ts";

type OwnKey = RouterOutputs["auth"]["apiKey"]["list"]["items"][number];
type WorkspaceKey = RouterOutputs["workspace"]["apiKey"]["list"]["items"][number];
type ApiKey = OwnKey | WorkspaceKey;

interface KeyOptions {
  of?: string | undefined;
}

interface CreateOptions extends KeyOptions {
  scope: string[];
  role?: string;
  workspace?: string;
  expires?: string;
}

/** `api-key list`, `api-key create` and `api-key revoke`. */
export function addApiKeyCommands(program: Command): void {
  const apiKey = program
    .command("api-key")
    .description("manage API keys, for programs and agents: your own, and those of workspaces");

  const list = addOwnerOption(apiKey.command("list").description("list API keys"));
  defineAction<KeyOptions>(list, async (cli, { of }) => {
    const keys = await listKeys(cli, await findOwner(cli, { of }));
    cli.output.result(keys, () =>
      keys.length === 0
        ? "No API keys."
        : formatTable(
            [
              "NAME",
              ...(of === undefined ? [] : ["ROLE"]),
              "SCOPES",
              "BEGINS WITH",
              "LAST USED",
              "EXPIRES",
              "ID",
            ],
            keys.map(({ name, scopes: own, hint, lastUsedAt, expiresAt, id, ...key }) => [
              name,
              ...("role" in key ? [key.role] : []),
              own.join(", "),
              hint,
              lastUsedAt === null ? "never" : formatTime(lastUsedAt),
              expiresAt === null ? "never" : formatTime(expiresAt),
              id,
            ]),
          ),
    );
  });

  const create = addOwnerOption(
    apiKey
      .command("create")
      .argument("<name>", "a name that describes what the key is for")
      .description("create an API key; it is shown only once"),
  )
    .addOption(new Option("--scope <scopes...>", "the key's scopes").choices(scopes).default(["read"]))
    .addOption(
      new Option(
        "-w, --workspace <workspace>",
        "limit the key to this workspace, by name or ID; default: all workspaces",
      ).conflicts("of"),
    )
    .addOption(
      new Option(
        "--role <role>",
        "the key's role in the workspace that it belongs to; requires --of",
      ).choices(keyRoles),
    )
    .option("--expires <days>", "days until it expires; default: never")
    .addHelpText(
      "after",
      `
Examples:
  mdreader api-key create "nightly sync" --scope read write --expires 90
  mdreader api-key create "publisher" --of Handbook --role editor --scope read write`,
    );
  defineAction<CreateOptions>(create, async (cli, options, name) => {
    const owner = await findOwner(cli, options);
    const created = await (owner === null
      ? createOwnKey(cli, options, name)
      : createWorkspaceKey(cli, owner, options, name));
    cli.output.result(created, () => created.secret);
  });

  const revoke = addOwnerOption(
    apiKey.command("revoke").argument("<key>", "name or ID").description("revoke an API key immediately"),
  );
  defineAction<KeyOptions>(revoke, async (cli, options, given) => {
    const { client, output } = cli;
    const workspaceId = await findOwner(cli, options);
    const id = isId(given) ? given : (await findKey(cli, workspaceId, given)).id;
    const result = await (workspaceId === null
      ? client.auth.apiKey.revoke.mutate({ id })
      : client.workspace.apiKey.revoke.mutate({ workspaceId, id }));
    output.result(result, () => "Revoked.");
  });
}

const addOwnerOption = (command: Command): Command =>
  command.option(
    "--of <workspace>",
    "keys of this workspace, by name or ID, instead of your own; admins only",
  );

/** The ID of the workspace that the keys belong to; null for those of the caller. */
const findOwner = async (cli: Cli, { of }: KeyOptions): Promise<string | null> =>
  of === undefined ? null : findWorkspaceId(cli, { workspace: of });

async function createOwnKey(cli: Cli, { scope, role, workspace, expires }: CreateOptions, name: string) {
  if (role !== undefined)
    throw new Failure("USAGE", "--role requires --of, because your own keys have your role.");
  return cli.client.auth.apiKey.create.mutate({
    name,
    scopes: scopes.filter((one) => scope.includes(one)),
    ...(workspace !== undefined && { workspaceId: await findWorkspaceId(cli, { workspace }) }),
    ...parseExpiry(expires),
  });
}

async function createWorkspaceKey(
  cli: Cli,
  workspaceId: string,
  { scope, role, expires }: CreateOptions,
  name: string,
) {
  const given = keyRoles.find((one) => one === role);
  if (given === undefined) throw new Failure("USAGE", "A workspace API key requires --role.");
  if (scope.includes("instance"))
    throw new Failure("USAGE", "A workspace API key can't have the instance scope.");
  return cli.client.workspace.apiKey.create.mutate({
    workspaceId,
    name,
    role: given,
    scopes: workspaceScopes.filter((one) => scope.includes(one)),
    ...parseExpiry(expires),
  });
}

const parseExpiry = (days: string | undefined) =>
  days === undefined ? {} : { expiresInDays: parsePositive(days, "--expires") };

function listKeys({ client }: Cli, workspaceId: string | null): Promise<ApiKey[]> {
  return workspaceId === null
    ? Array.fromAsync(everyItem((cursor) => client.auth.apiKey.list.query({ cursor, limit: 100 })))
    : Array.fromAsync(
        everyItem((cursor) => client.workspace.apiKey.list.query({ workspaceId, cursor, limit: 100 })),
      );
}

async function findKey(cli: Cli, workspaceId: string | null, given: string): Promise<ApiKey> {
  const keys = await listKeys(cli, workspaceId);
  return chooseOne({
    given,
    kind: "API key",
    found: keys.filter(({ name }) => name === given),
    similar: keys.filter(({ name }) => isSameIgnoringCase(name, given)),
    listHint: "List them with: mdreader api-key list",
  });
}
