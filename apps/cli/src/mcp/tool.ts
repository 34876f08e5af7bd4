import type { CallToolResult, McpServer, StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import type { z } from "zod";

import { type ErrorContext, describeError } from "../failure.ts";

/** The server to add tools to, and the context for its error messages. */
export interface ToolContext {
  server: McpServer;
  errorContext: ErrorContext;
}

/** A tool as an agent sees it. */
interface Tool<Input extends z.ZodObject, Output extends z.ZodObject> {
  title: string;
  description: string;
  input: Input;
  output: Output;
  /** Whether the tool is read-only. Writes only add to the history and are never destructive. */
  reads: boolean;
}

/**
 * Adds a tool. Results are returned as structured content, and as JSON text for clients without support for it. A failure is
 * returned as a result with its reason and a hint, so that an agent can recover.
 */
export function addTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  { server, errorContext }: ToolContext,
  name: string,
  { title, description, input, output, reads }: Tool<Input, Output>,
  work: (input: z.output<Input>) => Promise<z.input<Output>>,
): void {
  // Widened to the library's type. The input is parsed below with the exact schema.
  const [inputSchema, outputSchema]: StandardSchemaWithJSON[] = [input, output];
  const annotations = { readOnlyHint: reads, destructiveHint: false, openWorldHint: false };
  server.registerTool(
    name,
    { title, description, inputSchema, outputSchema, annotations },
    async (given): Promise<CallToolResult> => {
      try {
        const answer = output.parse(await work(input.parse(given)));
        return { content: [{ type: "text", text: JSON.stringify(answer) }], structuredContent: answer };
      } catch (error) {
        const { reason, message, hint } = describeError(error, errorContext);
        const text = [`${reason}: ${message}`, ...(hint === undefined ? [] : [hint])].join("\n");
        return { content: [{ type: "text", text }], isError: true };
      }
    },
  );
}
