import { everyItem, type RouterOutputs } from "@mdreader/client";
import type { Command } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { chooseOne, isSameIgnoringCase } from "../lookup/choose.ts";
import { formatTable, formatTime } from "../output.ts";
import { type StepUpOptions, withStepUp } from "../step-up.ts";

type Passkey = RouterOutputs["auth"]["passkey"]["list"]["items"][number];

/** `passkey list` and `passkey remove`. Only browsers can add one. */
export function addPasskeyCommands(program: Command): void {
  const group = program
    .command("passkey")
    .description("list and remove your passkeys; add them on your profile page in the web app");

  const list = group.command("list").description("list your passkeys");
  defineAction(list, async (cli) => {
    const passkeys = await listPasskeys(cli);
    cli.output.result(passkeys, () =>
      passkeys.length === 0
        ? "No passkeys."
        : formatTable(
            ["NAME", "ADDED", "LAST USED", "ID"],
            passkeys.map(({ name, createdAt, lastUsedAt, id }) => [
              name,
              formatTime(createdAt),
              lastUsedAt === null ? "never" : formatTime(lastUsedAt),
              id,
            ]),
          ),
    );
  });

  const remove = group
    .command("remove")
    .argument("<passkey>", "name or ID")
    .description("remove a passkey, and sign out the sessions that it opened")
    .option("--code <code>", "a code from your authenticator app, or a recovery code")
    .option("--password-stdin", "read your password from stdin instead of asking for it")
    .addHelpText("after", "\nExamples:\n  mdreader passkey remove Laptop");
  defineAction<StepUpOptions>(remove, async (cli, options, named = "") => {
    const { id, name } = await findPasskey(cli, named);
    const result = await withStepUp(cli, options, (confirmation) =>
      cli.account.auth.passkey.remove.mutate({ id, ...confirmation }),
    );
    cli.output.result(result, () => `Removed ${name}.`);
  });
}

const listPasskeys = ({ account }: Cli): Promise<Passkey[]> =>
  Array.fromAsync(everyItem((cursor) => account.auth.passkey.list.query({ cursor })));

async function findPasskey(cli: Cli, given: string): Promise<Passkey> {
  const passkeys = await listPasskeys(cli);
  return chooseOne({
    given,
    kind: "passkey",
    found: passkeys.filter(({ id, name }) => id === given || name === given),
    similar: passkeys.filter(({ name }) => isSameIgnoringCase(name, given)),
    listHint: "List them with: mdreader passkey list",
  });
}
