import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";

import { z } from "zod";

const attribute = z.object({
  key: z.string(),
  value: z.object({
    stringValue: z.string().optional(),
    intValue: z.union([z.string(), z.number()]).optional(),
    boolValue: z.boolean().optional(),
    doubleValue: z.number().optional(),
  }),
});

const span = z
  .object({
    traceId: z.string(),
    spanId: z.string(),
    parentSpanId: z.string().optional(),
    name: z.string(),
    kind: z.number(),
    attributes: z.array(attribute).default([]),
    events: z.array(z.unknown()).default([]),
    status: z.object({ code: z.number().optional(), message: z.string().optional() }).default({}),
  })
  .transform(({ attributes, ...rest }) => ({
    ...rest,
    attributes: Object.fromEntries(
      attributes.map(({ key, value }): [string, unknown] => [key, Object.values(value)[0]]),
    ),
  }));

export type ReceivedSpan = z.infer<typeof span>;

const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

/** A collector of traces, over OTLP in JSON. */
export interface TraceCollector extends AsyncDisposable {
  url: string;
  readonly spans: readonly ReceivedSpan[];
  /** The bodies as they were received. */
  readonly text: string;
  /** The headers of the requests. */
  readonly headers: readonly NodeJS.Dict<string | string[]>[];
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: ReceivedSpan[] = [];
  const headers: NodeJS.Dict<string | string[]>[] = [];
  let text = "";
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(request);
    if (request.url !== "/v1/traces") return void response.writeHead(404).end();
    text += body;
    headers.push(request.headers);
    const { resourceSpans } = exported.parse(JSON.parse(body));
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  }
  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    headers,
    get text() {
      return text;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The names of a span and of its descendants, as a tree. */
export interface SpanTree {
  span: ReceivedSpan;
  children: SpanTree[];
}

/** Builds the tree of a span. */
export const toTree = (root: ReceivedSpan, spans: readonly ReceivedSpan[]): SpanTree => ({
  span: root,
  children: spans.filter(({ parentSpanId }) => parentSpanId === root.spanId).map((one) => toTree(one, spans)),
});

/** Writes a tree with a line per span. */
export const writeTree = ({ span: { name }, children }: SpanTree, indent = ""): string =>
  [indent + name, ...children.map((child) => writeTree(child, `${indent}  `))].join("\n");
