import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";

import { AppError, type Context, identifyCaller, toNetwork, requireCredential } from "@mdreader/api";

import type { ByteAccount } from "../../flow-control/byte-budget.ts";
import { maxBodyBytes, findMaxBytes, maxPublicCallBytes } from "../../flow-control/call-sizes.ts";
import type { MemoryBudgets } from "../../flow-control/memory-budgets.ts";
import { parseJson } from "../../json.ts";
import { publicProcedures } from "../../procedures.ts";
import { badRequest, tooLarge, tooSlow, unsupportedType } from "./errors.ts";

/** Maximum time for a body to arrive, or for the fields of a form with a file. */
export const maxArrivalMs = 30_000;

/** The caller and the procedures that a body is for. */
export interface BodyOptions {
  context: Context;
  paths: readonly string[];
  budgets: MemoryBudgets;
  /** Closing it releases the memory account of a large body. */
  response: ServerResponse;
}

/**
 * Reads a JSON body up to the allowed size.
 *
 * Only `application/json` is accepted. Browsers send it to other sites only after a preflight request, so other sites
 * cannot make a visitor's browser call procedures.
 *
 * @returns The text; empty for a call without input.
 * @throws TRPCError if the body is not JSON or is too large.
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
    throw badRequest("the input isn't valid JSON");
  }
}

export const formType = "application/x-www-form-urlencoded";

/** Returns the content type of a request without its parameters. */
export const readContentType = ({ headers }: IncomingMessage): string | undefined =>
  headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();

/**
 * Reads a text body of any type: a few kilobytes from anyone, more only from authenticated callers, up to the limit of
 * the procedures.
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

/** Size limit and memory account of a body. */
interface BodyAllowance {
  maxBytes: number;
  account: ByteAccount;
  /** Whether the account is released with the body; that of a large body is released with the request. */
  isSmall: boolean;
}

/** @param bytes The announced length; null if there is none. */
async function createAllowance(
  bytes: number | null,
  { context, paths, budgets, response }: BodyOptions,
): Promise<BodyAllowance> {
  const isPublic = paths.every((path) => publicProcedures.has(path));
  const maxBytes = isPublic ? maxPublicCallBytes : findMaxBodyBytes(paths);
  if (bytes !== null && bytes > maxBytes) throw tooLarge();
  const isSmall = isPublic || (bytes !== null && bytes <= maxPublicCallBytes);
  if (isSmall) {
    const account = budgets.unauthenticated.open(toNetwork(context.request.ipAddress));
    return { maxBytes: Math.min(maxBytes, maxPublicCallBytes), account, isSmall };
  }
  return { maxBytes, account: await openCallerAccount({ context, budgets, response }), isSmall };
}

/**
 * Opens a memory account of the caller, which is released with the response.
 * @throws TRPCError or AppError unless the session or key is valid.
 */
export async function openCallerAccount({
  context,
  budgets,
  response,
}: Omit<BodyOptions, "paths">): Promise<ByteAccount> {
  requireCredential(context);
  const caller = await identifyCaller(context, context.credential);
  if (caller === null) throw new AppError("SESSION_ENDED");
  const account = budgets.authenticated.open(caller.userId);
  response.once("close", account.close);
  return account;
}

const findMaxBodyBytes = (paths: readonly string[]) =>
  Math.min(
    maxBodyBytes,
    paths.reduce((sum, path) => sum + findMaxBytes(path), 0),
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
    const onClose = () => settle(() => reject(badRequest("the body ended before its announced length")));
    const timer = setTimeout(() => settle(() => reject(tooSlow())), maxArrivalMs);
    request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
    // The client may have disconnected during authentication.
    if (request.destroyed && !request.readableEnded) onClose();
  });
}
