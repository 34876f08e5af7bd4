import { once } from "node:events";

import type { Client } from "@mdreader/client";
import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

import type { ErrorContext } from "../failure.ts";
import { addCommentingTools } from "./commenting.ts";
import { addReadingTools } from "./reading.ts";
import { addWritingTools } from "./writing.ts";

const instructions = `MDReader holds documents of plain Markdown in workspaces. People may be writing in a document while \
you do: read it, keep its version, and write with that version as the base; both changes are merged. Prefer edit_document \
for small changes. What you write is kept in the document's history under the person whose key you use.`;

/**
 * Serves the tools over stdin and stdout until stdin ends.
 * @param client Calls as the person, or with the key, that the agent works for: what that may not do, the tools can't.
 */
export async function serveTools(client: Client, errorContext: ErrorContext): Promise<void> {
  const handle = serveStdio(() => {
    const server = new McpServer({ name: "mdreader", version: "0.1.0" }, { instructions });
    const desk = { server, errorContext };
    addReadingTools(desk, client);
    addWritingTools(desk, client);
    addCommentingTools(desk, client);
    return server;
  });
  await once(process.stdin, "close");
  await handle.close();
}
