import { createTraceHeaders, isTracing, runInSpan, SpanKind } from "@mdreader/db";
import type { CustomFetch } from "openid-client";

/** Maximum size of a provider's response, in bytes. Metadata and keys have a few kilobytes. */
const maxResponseBytes = 512 * 1024;

/** Fetches from a provider, whose response must not fill the memory. */
export const fetchFromProvider: CustomFetch = (url, options) =>
  isTracing()
    ? runInSpan(
        options.method,
        {
          kind: SpanKind.CLIENT,
          attributes: { "http.request.method": options.method, "server.address": new URL(url).host },
        },
        async (span) => {
          const headers = { ...options.headers, ...createTraceHeaders() };
          const response = await fetchWithLimit(url, { ...options, headers });
          span.describe({ "http.response.status_code": response.status });
          return response;
        },
      )
    : fetchWithLimit(url, options);

const fetchWithLimit: CustomFetch = async (url, { body, headers, method, redirect, signal }) => {
  const response = await fetch(url, { body, headers, method, redirect, signal });
  if (response.body === null) return response;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > maxResponseBytes) throw new Error("the provider's response is too large");
    chunks.push(chunk);
  }
  const { status, statusText } = response;
  return new Response(await new Blob(chunks).bytes(), { status, statusText, headers: response.headers });
};
