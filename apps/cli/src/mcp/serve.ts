import { once } from "node:events";

import type { Client } from "@mdreader/client";
import { createMcpServer, describeFailure, type McpContext, ToolFailure } from "@mdreader/mcp";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

import { describeError, type ErrorContext } from "../failure.ts";
import { packageVersion } from "../package-version.ts";
import { addSignInTool, createSignIn } from "./sign-in.ts";

const signInInstructions =
  "If a tool fails because nobody is signed in, call sign_in, and show the user the address and the code that it returns.";

/**
 * Serves the tools over stdin and stdout until stdin ends.
 * @param client The agent's user or API key; the tools have the same permissions.
 */
export async function serveTools(client: Client, errorContext: ErrorContext): Promise<void> {
  const signIn = createSignIn(client);
  const options = {
    version: packageVersion,
    url: errorContext.url,
    describe: (error: unknown) => describeToAgent(error, errorContext),
    // An API key needs no sign-in.
    ...(!errorContext.usesToken && {
      instructions: signInInstructions,
      addTools: (context: McpContext) => addSignInTool(context, signIn),
    }),
  };
  const handle = serveStdio(() => createMcpServer(client, options));
  await once(process.stdin, "close");
  signIn.stop();
  await handle.close();
}

/** Tools describe their own failures; others have hints about this command line. */
const describeToAgent = (error: unknown, errorContext: ErrorContext) =>
  error instanceof ToolFailure ? describeFailure(error) : describeError(error, errorContext);
