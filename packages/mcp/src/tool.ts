import { withIdempotencyKey } from "@mdreader/client";
import type { CallToolResult, StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import { z } from "zod";

import type { McpContext } from "./context.ts";
import { formatFailure } from "./failure.ts";

/** The effect of a tool on a workspace. A deletion can be undone, as deleted items go to the trash. */
type Effect = "reads" | "changes" | "deletes";

/** A tool as an agent sees it. */
interface Tool<Input extends z.ZodRawShape, Output extends z.ZodObject> {
  title: string;
  description: string;
  input: Input;
  output: Output;
  effect: Effect;
  /** Whether a repeated call with the same arguments has no further effect. */
  isIdempotent?: boolean;
  /** The field of the output that is Markdown, which is also returned as a text of its own. */
  markdown?: keyof z.output<Output> & string;
}

/** Options of the calls that a tool makes. They end when the agent cancels the tool. */
export interface ToolCall {
  signal: AbortSignal;
}

/** Returns the options of a call that takes effect once per key. */
export const withKey = (call: ToolCall, key: string | undefined) =>
  key === undefined ? call : { ...call, ...withIdempotencyKey(key) };

/**
 * Adds a tool. Results are returned as structured content, and as text for clients without support for it. A failure is
 * returned as a result with its reason and a hint, so that an agent can recover. Unknown arguments are rejected.
 */
export function addTool<Input extends z.ZodRawShape, Output extends z.ZodObject>(
  { server, describe, toSignal }: McpContext,
  name: string,
  {
    title,
    description,
    input,
    output,
    effect,
    isIdempotent = effect === "reads",
    markdown,
  }: Tool<Input, Output>,
  work: (input: z.output<z.ZodObject<Input>>, call: ToolCall) => Promise<z.input<Output>>,
): void {
  const strictInput = z.strictObject(input, {
    error: ({ code, keys }) =>
      code === "unrecognized_keys"
        ? `unknown: ${String(keys)}; the arguments are ${Object.keys(input).join(", ") || "none"}`
        : undefined,
  });
  // Widened to the library's type. The input is parsed below with the exact schema.
  const [inputSchema, outputSchema]: StandardSchemaWithJSON[] = [strictInput, output];
  const annotations = {
    readOnlyHint: effect === "reads",
    destructiveHint: effect === "deletes",
    idempotentHint: isIdempotent,
    openWorldHint: false,
  };
  server.registerTool(
    name,
    { title, description, inputSchema, outputSchema, annotations },
    async (given, { mcpReq }): Promise<CallToolResult> => {
      try {
        const call = { signal: toSignal(mcpReq.signal) };
        const answer = output.parse(await work(strictInput.parse(given), call));
        return { content: toContent(answer, markdown), structuredContent: answer };
      } catch (error) {
        return { content: [{ type: "text", text: formatFailure(describe(error)) }], isError: true };
      }
    },
  );
}

/** Markdown follows the other fields as it is, because escaping it as JSON makes it longer and harder to read. */
function toContent(answer: Record<string, unknown>, markdown: string | undefined): CallToolResult["content"] {
  const text = markdown === undefined ? null : answer[markdown];
  if (markdown === undefined || typeof text !== "string") {
    return [{ type: "text", text: JSON.stringify(answer) }];
  }
  const { [markdown]: _text, ...rest } = answer;
  return [
    { type: "text", text: JSON.stringify(rest) },
    { type: "text", text },
  ];
}
