import { once } from "node:events";

import type { Client } from "@mdreader/client";
import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

import manifest from "../../../../package.json" with { type: "json" };
import type { ErrorContext } from "../failure.ts";
import { addCommentingTools } from "./commenting.ts";
import { addReadingTools } from "./reading.ts";
import { addWritingTools } from "./writing.ts";

const instructions = `MDReader stores plain Markdown documents in workspaces. Other people may be editing the same \
document. Read it first, keep its version, and pass that version when you write; both sets of changes are merged. Prefer \
edit_document for small changes. The document's history attributes your changes to the owner of your API key.`;

/**
 * Serves the tools over stdin and stdout until stdin ends.
 * @param client The agent's user or API key; the tools have the same permissions.
 */
export async function serveTools(client: Client, errorContext: ErrorContext): Promise<void> {
  const handle = serveStdio(() => {
    const server = new McpServer({ name: "mdreader", version: manifest.version }, { instructions });
    const context = { server, errorContext };
    addReadingTools(context, client);
    addWritingTools(context, client);
    addCommentingTools(context, client);
    return server;
  });
  await once(process.stdin, "close");
  await handle.close();
}
