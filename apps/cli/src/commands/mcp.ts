import type { Command } from "commander";

import { defineAction } from "../cli.ts";

/** `mcp`. */
export function addMcpCommand(program: Command): void {
  const command = program
    .command("mcp")
    .description("serve tools for agents over stdin and stdout, in the Model Context Protocol")
    .addHelpText(
      "after",
      `
An agent's program starts it. Give it an API key of its own in MDREADER_TOKEN: with the scope "read" it can search, list and
read, with "write" also write; what the key may not do, the tools can't. Without a key it works as whoever is signed in.

Example, for a program that reads such a configuration:
  { "mcpServers": { "mdreader": { "command": "mdreader", "args": ["mcp"], "env": { "MDREADER_TOKEN": "mdr_…" } } } }`,
    );
  defineAction(command, async ({ client, url, usesToken }) => {
    // Loaded by need: no other command waits for it.
    const { serveTools } = await import("../mcp/serve.ts");
    await serveTools(client, { url, usesToken });
  });
}
