import type { AppRouter } from "@mdreader/client";
import type { McpServer } from "@modelcontextprotocol/server";
import type { TRPCClient } from "@trpc/client";

import type { FailureDescription } from "./failure.ts";

/** The procedures, called as the agent. */
export type Procedures = TRPCClient<AppRouter>;

/** The context that tools, resources and prompts share. */
export interface McpContext {
  server: McpServer;
  client: Procedures;
  url: string;
  describe: (error: unknown) => FailureDescription;
  /** Returns the signal of a request, which also ends with the connection. */
  toSignal(requested: AbortSignal): AbortSignal;
}
