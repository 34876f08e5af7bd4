import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";

import { maxDocumentBytes } from "@mdreader/contract";

import { badRequest, tooLarge, unsupportedType } from "./errors.ts";

/**
 * The largest body, in bytes: a document of the largest size, each character of which JSON escapes by another (as quotes,
 * tabs and line breaks are), with room for what else is sent along.
 */
export const maxBodyBytes = 2 * maxDocumentBytes + 256 * 1024;

/** Milliseconds that a body may take to arrive. */
const patience = 30_000;

/**
 * Reads a JSON body, and no more of it than is allowed.
 *
 * Only `application/json` is taken. A page of another site can't send that without being asked first whether it may,
 * so it can't make a visitor's browser call anything.
 *
 * @returns The text; empty for a call without input.
 * @throws TRPCError for what is no JSON body, or too large.
 */
export async function readJsonBody(request: IncomingMessage): Promise<string> {
  if (typeOf(request) !== "application/json") {
    throw unsupportedType("the content type must be application/json");
  }
  return readBody(request);
}

/** @throws TRPCError */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("the input is not valid JSON");
  }
}

export const formType = "application/x-www-form-urlencoded";

/** The content type of a request, without what it says beside that. */
export const typeOf = ({ headers }: IncomingMessage): string | undefined =>
  headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();

/** Reads a body of any type that is text. @throws TRPCError */
export async function readBody(request: IncomingMessage): Promise<string> {
  const { "content-encoding": encoding, "content-length": length } = request.headers;
  if (encoding !== undefined && encoding !== "identity") {
    throw unsupportedType("the body must not be compressed");
  }
  if (Number(length ?? 0) > maxBodyBytes) throw tooLarge();
  const body = await collected(request);
  if (!isUtf8(body)) throw badRequest("the body must be UTF-8");
  return body.toString();
}

function collected(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (settled: () => void) => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      settled();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
      else settle(() => reject(tooLarge()));
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    const onClose = () => settle(() => reject(badRequest("the body ended too early")));
    const timer = setTimeout(() => settle(() => reject(badRequest("the body took too long"))), patience);
    request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
  });
}
