import type { CallToolResult, McpServer, StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import type { z } from "zod";

import { type ErrorContext, describeError } from "../failure.ts";

/** What tools are added to, and how they tell of failures. */
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
  /** Whether it only reads. What writes here adds to the history and never destroys. */
  reads: boolean;
}

/**
 * Adds a tool. Its answer goes out as structured content and, for those who read text alone, as JSON; a failure is an
 * answer too, with its reason and what to do next, so that an agent can go on.
 */
export function addTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  { server, errorContext }: ToolContext,
  name: string,
  { title, description, input, output, reads }: Tool<Input, Output>,
  work: (input: z.output<Input>) => Promise<z.input<Output>>,
): void {
  // As the library sees them; what comes in is parsed below, where its type is known.
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
