import { join, resolve } from "node:path";

import type { Client } from "@mdreader/client";
import type { Command } from "commander";

import { type Environment, readEnvironment } from "./environment.ts";
import { describeError, toExitCode, exitCodes, Failure } from "./failure.ts";
import { createOutput, type Output } from "./output.ts";
import { isInteractive } from "./prompt.ts";
import { getTerminal } from "./terminal.ts";
import { parseWebAddress } from "./web-address.ts";

/** The dependencies of a command. */
export interface Cli {
  output: Output;
  /** The server's address. */
  url: string;
  /** Whether `client` authenticates with MDREADER_TOKEN. */
  usesToken: boolean;
  /** Authenticates with MDREADER_TOKEN if set, otherwise with the stored session. */
  client: Client;
  /** Authenticates with the stored session; used to sign in and out. */
  account: Client;
  /** The name or ID of the workspace in MDREADER_WORKSPACE. */
  workspace: string | null;
  /** The folder for settings, sessions and cached listings. */
  configFolder: string;
  /** Whether a browser can be opened for the person. */
  canOpenBrowser: boolean;
  /** Resolves a path from the command line. */
  path(given: string): string;
}

/** Options of every command. */
interface GlobalOptions {
  json?: boolean;
  url?: string;
}

/** The action of a command. Returns the exit code; default: 0. */
type CommandAction<Options> = (cli: Cli, options: Options, ...operands: string[]) => Promise<number | void>;

/**
 * Sets the action of a command. Errors of all commands are reported the same way, as text or JSON, and set the exit code.
 */
export function defineAction<Options extends object>(
  command: Command,
  work: CommandAction<Options>,
): Command {
  return command.action(async () => {
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    const { setExitCode } = getTerminal();
    const output = createOutput(options.json ?? false);
    const environment = readEnvironment();
    const url = options.url ?? environment.url;
    try {
      await using cli = await openCli(output, url, environment);
      // Unlike `args`, they include the defaults of operands that were left out.
      const operands: string[] = command.processedArgs.flat();
      setExitCode((await work(cli, options, ...operands)) ?? exitCodes.done);
    } catch (error) {
      const failure = describeError(error, { url, usesToken: environment.token !== null });
      output.failure(failure);
      setExitCode(toExitCode(failure));
    }
  });
}

/** Loads the client, which the help of a command does not need. */
export async function openCli(
  output: Output,
  address: string,
  environment: Environment,
): Promise<Cli & AsyncDisposable> {
  const { token, workspace, workingFolder, configFolder, hasDisplay } = environment;
  const url = normalizeUrl(address);
  const { createClients } = await import("./create-clients.ts");
  const { client, account } = createClients(url, token, join(configFolder, "sessions"));
  return {
    output,
    url,
    usesToken: token !== null,
    client,
    account,
    workspace,
    configFolder,
    canOpenBrowser: hasDisplay && isInteractive(),
    path: (given) => resolve(workingFolder, given),
    async [Symbol.asyncDispose]() {
      await client.close();
      await account.close();
    },
  };
}

/** Normalizes an address, because sessions are stored by address. */
function normalizeUrl(address: string): string {
  const url = parseWebAddress(address);
  if (url === null) {
    throw new Failure("USAGE", `${address} isn't a valid server address.`, {
      hint: "Set MDREADER_URL or pass --url with an address that starts with http:// or https://.",
    });
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}
