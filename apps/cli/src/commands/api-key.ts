import { everyItem, type RouterOutputs } from "@mdreader/client";
import { scopes } from "@mdreader/contract/policy";
import { type Command, Option } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { chooseOne, isSameIgnoringCase } from "../lookup/choose.ts";
import { isId } from "../lookup/id.ts";
import { findWorkspaceId } from "../lookup/workspace.ts";
import { parsePositive } from "../number.ts";
import { formatTable, formatTime } from "../output.ts";

type ApiKey = RouterOutputs["auth"]["apiKey"]["list"]["items"][number];

interface CreateOptions {
  scope: string[];
  workspace?: string;
  expires?: string;
}

/** `api-key list`, `api-key create` and `api-key revoke`. */
export function addApiKeyCommands(program: Command): void {
  const apiKey = program.command("api-key").description("manage your API keys, for programs and agents");

  defineAction(apiKey.command("list").description("list your API keys"), async (cli) => {
    const keys = await listKeys(cli);
    cli.output.result(keys, () =>
      keys.length === 0
        ? "No API keys."
        : formatTable(
            ["NAME", "SCOPES", "BEGINS WITH", "LAST USED", "EXPIRES", "ID"],
            keys.map(({ name, scopes: own, hint, lastUsedAt, expiresAt, id }) => [
              name,
              own.join(", "),
              hint,
              lastUsedAt === null ? "never" : formatTime(lastUsedAt),
              expiresAt === null ? "never" : formatTime(expiresAt),
              id,
            ]),
          ),
    );
  });

  const create = apiKey
    .command("create")
    .argument("<name>", "a name that tells what uses it")
    .description("create an API key; it is shown only once")
    .addOption(new Option("--scope <scopes...>", "what it may do").choices(scopes).default(["read"]))
    .option("-w, --workspace <workspace>", "name or ID of the only workspace in which it works; default: all")
    .option("--expires <days>", "days until it expires; default: never")
    .addHelpText(
      "after",
      `
Examples:
  mdreader api-key create "nightly sync" --scope read write --expires 90`,
    );
  defineAction<CreateOptions>(create, async (cli, { scope, workspace, expires }, name) => {
    const { client, output } = cli;
    const made = await client.auth.apiKey.create.mutate({
      name,
      scopes: scopes.filter((one) => scope.includes(one)),
      ...(workspace !== undefined && { workspaceId: await findWorkspaceId(cli, { workspace }) }),
      ...(expires !== undefined && { expiresInDays: parsePositive(expires, "--expires") }),
    });
    output.result(made, () => made.secret);
  });

  const revoke = apiKey
    .command("revoke")
    .argument("<key>", "its name or ID")
    .description("revoke an API key immediately");
  defineAction(revoke, async (cli, _, given) => {
    const id = isId(given) ? given : (await findKey(cli, given)).id;
    const done = await cli.client.auth.apiKey.revoke.mutate({ id });
    cli.output.result(done, () => "Revoked.");
  });
}

function listKeys({ client }: Cli): Promise<ApiKey[]> {
  return Array.fromAsync(everyItem((cursor) => client.auth.apiKey.list.query({ cursor, limit: 100 })));
}

async function findKey(cli: Cli, given: string): Promise<ApiKey> {
  const keys = await listKeys(cli);
  return chooseOne({
    given,
    kind: "API key",
    found: keys.filter(({ name }) => name === given),
    similar: keys.filter(({ name }) => isSameIgnoringCase(name, given)),
    listHint: "List them with: mdreader api-key list",
  });
}
