import { join, resolve } from "node:path";

import { type Client, createClient, type TokenStore } from "@mdreader/client";
import type { Command } from "commander";

import { createFileTokens } from "./credentials/file.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { describeError, toExitCode, exitCodes, Failure } from "./failure.ts";
import { createOutput, type Output } from "./output.ts";

/** What a command works with. */
export interface Cli {
  output: Output;
  /** The server's address. */
  url: string;
  /** Whether calls are made with MDREADER_TOKEN. */
  usesToken: boolean;
  /** Calls as MDREADER_TOKEN says, or as whoever is signed in. */
  client: Client;
  /** Calls as whoever is signed in, for signing in and out. */
  account: Client;
  /** Where settings and copies of what is on the server are kept. */
  configFolder: string;
  /** A path on the command line. */
  path(given: string): string;
}

/** The options that every command has. */
interface GlobalOptions {
  json?: boolean;
  url?: string;
}

/** What a command does: it answers the exit code where that is not 0. */
type CommandAction<Options> = (cli: Cli, options: Options, ...operands: string[]) => Promise<number | void>;

/**
 * Gives a command its work. What fails is told in one way for all commands, as text or as JSON, and ends in an exit code.
 */
export function defineAction<Options extends object>(
  command: Command,
  work: CommandAction<Options>,
): Command {
  return command.action(async () => {
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    const output = createOutput(options.json ?? false);
    const environment = readEnvironment();
    const url = options.url ?? environment.url;
    try {
      await using cli = open(output, url, environment);
      process.exitCode = (await work(cli, options, ...command.args)) ?? exitCodes.done;
    } catch (error) {
      const failure = describeError(error, { url, usesToken: environment.token !== null });
      output.failure(failure);
      process.exitCode = toExitCode(failure);
    }
  });
}

function open(output: Output, address: string, environment: Environment): Cli & AsyncDisposable {
  const { token, workingFolder, configFolder } = environment;
  const url = normalizeUrl(address);
  const tokens: TokenStore = createFileTokens(join(configFolder, "sessions"), url);
  const account = createClient({ url, tokens });
  const client = token === null ? account : createClient({ url, token });
  return {
    output,
    url,
    usesToken: token !== null,
    client,
    account,
    configFolder,
    path: (given) => resolve(workingFolder, given),
    async [Symbol.asyncDispose]() {
      await client.close();
      await account.close();
    },
  };
}

/** One spelling of an address, since sign-ins are kept by it. */
function normalizeUrl(address: string): string {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Failure("USAGE", `${address} is not a valid server address.`, {
      hint: "Set MDREADER_URL or --url to an address that starts with http:// or https://.",
    });
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}
