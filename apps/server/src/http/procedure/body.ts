import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";

import { AppError, type Context, identifyCaller, toNetwork, requireCredential } from "@mdreader/api";

import type { ByteAccount } from "../../byte-budget.ts";
import { maxBodyBytes, maxBytesOf, maxPublicCallBytes } from "../../call-sizes.ts";
import { parseJson } from "../../json.ts";
import type { MemoryBudgets } from "../../memory.ts";
import { publicProcedures } from "../../procedures.ts";
import { badRequest, tooLarge, unsupportedType } from "./errors.ts";

/** Milliseconds that a body may take to arrive. */
const maxArrivalMs = 30_000;

/** Whose a body is, and which procedures it is for. */
export interface BodyOptions {
  context: Context;
  paths: readonly string[];
  budgets: MemoryBudgets;
  /** Ends the account of a large body. */
  response: ServerResponse;
}

/**
 * Reads a JSON body, and no more of it than is allowed.
 *
 * Only `application/json` is taken. A page of another site can't send that without being asked first whether it may,
 * so it can't make a visitor's browser call anything.
 *
 * @returns The text; empty for a call without input.
 * @throws TRPCError for what is no JSON body, or too large.
 */
export async function readJsonBody(request: IncomingMessage, use: BodyOptions): Promise<string> {
  if (readContentType(request) !== "application/json") {
    throw unsupportedType("the content type must be application/json");
  }
  return readBody(request, use);
}

/** @throws TRPCError */
export function parseJsonBody(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw badRequest("the input is not valid JSON");
  }
}

export const formType = "application/x-www-form-urlencoded";

/** The content type of a request, without what it says beside that. */
export const readContentType = ({ headers }: IncomingMessage): string | undefined =>
  headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();

/**
 * Reads a body of any type that is text: a few kilobytes from anyone, more only from a caller who is known to be signed
 * in, and only as much as the procedures take.
 * @throws TRPCError
 */
export async function readBody(request: IncomingMessage, use: BodyOptions): Promise<string> {
  const { "content-encoding": encoding, "content-length": announced } = request.headers;
  if (encoding !== undefined && encoding !== "identity") {
    throw unsupportedType("the body must not be compressed");
  }
  const bytes = announced === undefined ? null : Number(announced);
  const body = await collectBody(request, await createAllowance(bytes, use));
  if (!isUtf8(body)) throw badRequest("the body must be UTF-8");
  return body.toString();
}

/** What a body may take up. */
interface BodyAllowance {
  maxBytes: number;
  account: ByteAccount;
  /** Whether the account ends with the body; that of a large one ends with the request. */
  isSmall: boolean;
}

/** @param bytes As they are announced; null where they are not. */
async function createAllowance(
  bytes: number | null,
  { context, paths, budgets, response }: BodyOptions,
): Promise<BodyAllowance> {
  const isPublic = paths.every((path) => publicProcedures.has(path));
  const maxBytes = isPublic ? maxPublicCallBytes : maxBodyBytesOf(paths);
  if (bytes !== null && bytes > maxBytes) throw tooLarge();
  const isSmall = isPublic || (bytes !== null && bytes <= maxPublicCallBytes);
  if (isSmall) {
    const account = budgets.unauthenticated.open(toNetwork(context.request.ipAddress));
    return { maxBytes: Math.min(maxBytes, maxPublicCallBytes), account, isSmall };
  }
  requireCredential(context);
  const caller = await identifyCaller(context, context.credential);
  if (caller === null) throw new AppError("SESSION_ENDED");
  const account = budgets.authenticated.open(caller.userId);
  response.once("close", account.close);
  return { maxBytes, account, isSmall };
}

const maxBodyBytesOf = (paths: readonly string[]) =>
  Math.min(
    maxBodyBytes,
    paths.reduce((sum, path) => sum + maxBytesOf(path), 0),
  );

function collectBody(
  request: IncomingMessage,
  { maxBytes, account, isSmall }: BodyAllowance,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (settled: () => void) => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      if (isSmall) account.close();
      settled();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) settle(() => reject(tooLarge()));
      else if (!account.setBytes(size)) settle(() => reject(new AppError("RATE_LIMITED", { retryAfter: 1 })));
      else chunks.push(chunk);
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    const onClose = () => settle(() => reject(badRequest("the body ended too early")));
    const timer = setTimeout(() => settle(() => reject(badRequest("the body took too long"))), maxArrivalMs);
    request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
    // It may have gone while it was asked whose it is.
    if (request.destroyed && !request.readableEnded) onClose();
  });
}
