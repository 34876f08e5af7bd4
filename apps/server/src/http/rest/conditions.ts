import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { badRequest } from "../procedure/errors.ts";
import type { Encoding } from "../response/compression.ts";
import { isRecord } from "../trpc/parse-batch.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * Conditional requests. An entity tag consists of the version of a document or the hash of a file, if the result has one,
 * and a hash of the response. The first part is the condition of a mutation, which is checked in its transaction.
 */

/** Creates the strong entity tag of a result. That of a compressed response differs, because its bytes do. */
export function createEtag(data: unknown, json: string, encoding: Encoding | null = null): string {
  const state = readState(data);
  const digest = hash("sha1", json, "base64url").slice(0, 16);
  return `"${state === null ? "" : `${state}.`}${digest}${encoding === null ? "" : `-${encoding}`}"`;
}

/** Whether a result has a version or a hash that a mutation can demand. */
export const hasState = (data: unknown): boolean => readState(data) !== null;

function readState(data: unknown): string | null {
  if (!isRecord(data)) return null;
  const { version, hash: fileHash } = data;
  if (typeof version === "number") return String(version);
  return typeof fileHash === "string" ? fileHash : null;
}

/** Whether the client already has this response, in whichever encoding. */
export function isKnown({ headers }: IncomingMessage, etag: string): boolean {
  const known = headers["if-none-match"];
  if (known === undefined) return false;
  return known.split(",").some((one) => one.trim() === "*" || toPlainEtag(one.trim()) === toPlainEtag(etag));
}

const toPlainEtag = (etag: string) => etag.replace(/^W\//, "").replace(/-(?:br|gzip)"$/, '"');

/** Whether the request demands a state, so that a conflict is a failed precondition. */
export const isConditional = ({ headers }: IncomingMessage): boolean => headers["if-match"] !== undefined;

/**
 * Adds the condition of `If-Match` to the input of a mutation.
 * @throws TRPCError if the endpoint does not support it, or the condition can't be met.
 */
export function addCondition(
  { headers }: IncomingMessage,
  { fields }: Endpoint,
  input: Record<string, unknown>,
): Record<string, unknown> {
  const demanded = headers["if-match"]?.trim();
  if (demanded === undefined || demanded === "*") return input;
  const state = /^"(?<state>[\da-f]+)\.[\w-]+"$/.exec(demanded)?.groups?.["state"];
  if ("expectedHash" in fields) return { ...input, expectedHash: state ?? "0".repeat(64) };
  if (!("expectedVersion" in fields)) throw badRequest("isn't supported by this endpoint", "if-match");
  // No document has the largest version.
  const version = state === undefined || !/^\d{1,9}$/.test(state) ? 2 ** 31 - 1 : Number(state);
  if (input["content"] === undefined) return { ...input, expectedVersion: version };
  const base = input["overwrite"] === true ? {} : { baseVersion: version };
  return { ...base, ...input, onlyIfVersion: version };
}
