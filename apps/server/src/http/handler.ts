import type { IncomingMessage, ServerResponse } from "node:http";

import type { RequestInfo } from "./request/request-info.ts";
import type { Headers } from "./response/headers.ts";

/** Handles a request. `headers` are the headers common to all responses. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
  headers: Headers,
) => Promise<void>;
