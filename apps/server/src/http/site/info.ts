import { maxDocumentBytes } from "@mdreader/contract/limits";
import { Hono } from "hono";

import { maxBodyBytes } from "../../flow-control/call-sizes.ts";
import { basePath } from "../rest/endpoint.ts";
import { maxBatchSize } from "../trpc/parse-batch.ts";
import { setMetricsRoute, type Env } from "./env.ts";

export interface InfoOptions {
  version: string;
  maxUploadBytes: number;
}

/** Facts that clients need before they connect. */
export function createInfoRoutes({ version, maxUploadBytes }: InfoOptions) {
  const info = {
    name: "MDReader",
    version,
    endpoints: {
      http: "/trpc",
      websocket: "/ws",
      stream: "/stream",
      rest: basePath,
      openapi: "/openapi.json",
    },
    limits: { maxDocumentBytes, maxBodyBytes, maxBatchSize, maxUploadBytes },
  };
  return new Hono<Env>().get("/", (context) => {
    setMetricsRoute(context, "info");
    return context.json(info);
  });
}
