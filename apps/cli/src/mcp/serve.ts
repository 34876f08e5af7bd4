import { once } from "node:events";

import type { Client } from "@mdreader/client";
import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

import manifest from "../../../../package.json" with { type: "json" };
import type { ErrorContext } from "../failure.ts";
import { addCommentingTools } from "./commenting.ts";
import { addReadingTools } from "./reading.ts";
import { addSignInTool, createSignIn } from "./sign-in.ts";
import { addWritingTools } from "./writing.ts";

const instructions = `MDReader stores plain Markdown documents in workspaces. Other people may be editing the same \
document. Read it first, keep its version, and pass that version when you write; both sets of changes are merged. Prefer \
edit_document for small changes. The document's history attributes your changes to the owner of your API key. If a tool fails because \
nobody is signed in and there is a tool sign_in, call it, and show the person the address and the code that it returns.`;

/**
 * Serves the tools over stdin and stdout until stdin ends.
 * @param client The agent's user or API key; the tools have the same permissions.
 */
export async function serveTools(client: Client, errorContext: ErrorContext): Promise<void> {
  const signIn = createSignIn(client);
  const handle = serveStdio(() => {
    const server = new McpServer({ name: "mdreader", version: manifest.version }, { instructions });
    const context = { server, errorContext };
    addReadingTools(context, client);
    addWritingTools(context, client);
    addCommentingTools(context, client);
    // An API key needs no sign-in.
    if (!errorContext.usesToken) addSignInTool(context, signIn);
    return server;
  });
  await once(process.stdin, "close");
  signIn.stop();
  await handle.close();
}
