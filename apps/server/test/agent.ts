import { Client, type ClientOptions, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { z } from "zod";

import type { Served } from "./serve.ts";

const structured = z.record(z.string(), z.unknown());

/** An agent that calls the tools over HTTP. */
export interface Agent extends AsyncDisposable {
  client: Client;
  /** Calls a tool. */
  use(
    name: string,
    input: Record<string, unknown>,
    options?: { signal: AbortSignal },
  ): Promise<{ answer: Record<string, unknown>; isError: boolean; said: string }>;
}

/** Connects with an API key. @param options Choose the revision of the protocol. */
export async function connectAgent(
  { url }: Pick<Served, "url">,
  secret: string,
  options: ClientOptions = {},
): Promise<Agent> {
  const client = new Client({ name: "test", version: "1.0.0" }, options);
  const requestInit = { headers: { authorization: `Bearer ${secret}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", url), { requestInit }));
  return {
    client,
    async use(name, input, callOptions) {
      const result = await client.callTool({ name, arguments: input }, callOptions);
      const { structuredContent, isError = false, content } = result;
      return {
        answer: structured.parse(structuredContent ?? {}),
        isError,
        said: content.map((block) => (block.type === "text" ? block.text : "")).join("\n"),
      };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
