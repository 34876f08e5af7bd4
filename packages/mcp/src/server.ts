import { McpServer } from "@modelcontextprotocol/server";

import { addCommentingTools } from "./commenting.ts";
import type { McpContext, Procedures } from "./context.ts";
import { describeFailure, type FailureDescription } from "./failure.ts";
import { addFileTools } from "./files.ts";
import { addHistoryTools } from "./history.ts";
import { addOrganizingTools } from "./organizing.ts";
import { addPrompts } from "./prompts.ts";
import { addReadingTools } from "./reading.ts";
import { addResources } from "./resources.ts";
import { addWritingTools } from "./writing.ts";

const instructions = `MDReader stores plain Markdown documents in workspaces. Other people may be editing the same \
document. Read it first, keep its version, and pass that version when you write; both sets of changes are merged. Prefer \
edit_document for small changes. Lines are counted from 1, and offsets in UTF-16 units from 0. Deleted items go to the trash. The \
document's history attributes your changes to the user you are signed in as.`;

export interface McpServerOptions {
  /** The version of the program that serves. */
  version: string;
  /** The address of MDReader, for links to files. */
  url: string;
  /** Describes an error to the agent. Default: its reason, message and a hint. */
  describe?: (error: unknown) => FailureDescription;
  /** Ends running tools when the connection ends. */
  signal?: AbortSignal;
  /** Adds tools that only this program has. */
  addTools?: (context: McpContext) => void;
  /** Instructions about these tools. */
  instructions?: string;
}

/**
 * Creates a server of the Model Context Protocol, for one connection or request.
 * @param client Calls the procedures as the agent's user or API key. The tools have the same permissions.
 */
export function createMcpServer(client: Procedures, options: McpServerOptions): McpServer {
  const { version, url, describe = describeFailure, signal, addTools } = options;
  const server = new McpServer(
    { name: "mdreader", version },
    { instructions: [instructions, options.instructions ?? []].flat().join(" ") },
  );
  const context: McpContext = {
    server,
    client,
    url,
    describe,
    toSignal: (requested) => (signal === undefined ? requested : AbortSignal.any([requested, signal])),
  };
  addReadingTools(context);
  addWritingTools(context);
  addOrganizingTools(context);
  addHistoryTools(context);
  addFileTools(context);
  addCommentingTools(context);
  addResources(context);
  addPrompts(context);
  addTools?.(context);
  return server;
}
