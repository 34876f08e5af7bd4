import type { IncomingMessage, ServerResponse } from "node:http";

import type { Context } from "@mdreader/api";

import type { MemoryBudgets } from "../../flow-control/memory-budgets.ts";
import type { Headers } from "../response/headers.ts";

/** A request for one file or upload. */
export interface FileRequest {
  request: IncomingMessage;
  response: ServerResponse;
  headers: Headers;
  query: URLSearchParams;
  id: string;
  ctx: Context;
  /** Limits the memory of responses that are not streamed. */
  budgets: MemoryBudgets;
}
