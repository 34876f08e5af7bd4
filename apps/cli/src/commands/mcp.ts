import type { Command } from "commander";

import { defineAction } from "../cli.ts";

/** `mcp`. */
export function addMcpCommand(program: Command): void {
  const command = program
    .command("mcp")
    .description("serve tools for agents over stdio (Model Context Protocol)")
    .addHelpText(
      "after",
      `
An MCP client starts this command. Give it its own API key in MDREADER_TOKEN. The "read" scope allows searching, listing and
reading; "write" also allows writing. Without a key, the tools use the account of the signed-in user; if nobody is signed
in, the agent shows a code and an address where you can approve its sign-in in a browser.

Example configuration of an MCP client:
  { "mcpServers": { "mdreader": { "command": "mdreader", "args": ["mcp"], "env": { "MDREADER_TOKEN": "mdr_…" } } } }`,
    );
  defineAction(command, async ({ client, url, usesToken }) => {
    // Loaded lazily to keep other commands fast.
    const { serveTools } = await import("../mcp/serve.ts");
    await serveTools(client, { url, usesToken });
  });
}
