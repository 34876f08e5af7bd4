import { TRPCClientError } from "@trpc/client";

import { computeBackoffMs } from "../backoff.ts";
import { isClientError } from "../errors.ts";
import type { AppRouter, RouterOutputs } from "../types.ts";
import { type FileSource, readParts, toBlob } from "./source.ts";

type Target = NonNullable<RouterOutputs["file"]["createUpload"]["target"]>;

export interface SendOptions {
  file: FileSource;
  fetch: typeof fetch;
  /** Called with the number of bytes received by the server. */
  onSent: (bytes: number) => void;
  signal: AbortSignal | undefined;
  /** Ends the attempts without aborting the running one. */
  end: AbortSignal;
}

/** The number of attempts to send a part while no bytes arrive. */
const maxTries = 6;
/** The timeout of a part. */
const partTimeoutMs = 180_000;

/**
 * Sends a file to its upload target.
 * @throws TRPCClientError; DOMException NotReadableError; the reason that `signal` was aborted with.
 */
export async function sendFile({ kind, url, headers }: Target, sending: SendOptions): Promise<void> {
  await rejectAsCall(kind === "whole" ? sendWhole(url, headers, sending) : sendParts(url, sending));
}

/** Rejects like a call if the connection is lost: `fetch` rejects with a TypeError, or with a TimeoutError. */
export async function rejectAsCall<Result>(request: Promise<Result>): Promise<Result> {
  try {
    return await request;
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
    throw error instanceof TypeError || isTimeout ? TRPCClientError.from<AppRouter>(error) : error;
  }
}

async function sendWhole(url: string, headers: Record<string, string>, sending: SendOptions): Promise<void> {
  const { file, fetch, onSent, signal } = sending;
  const response = await fetch(url, {
    method: "PUT",
    headers,
    body: await toBlob(file),
    signal: signal ?? null,
    credentials: "omit",
  });
  if (!response.ok)
    throw new TRPCClientError(`The storage rejected the file (HTTP ${response.status}). Try again.`);
  onSent(file.size);
}

/** Sends a file in parts. Resumes after a lost connection. */
async function sendParts(url: string, sending: SendOptions): Promise<void> {
  const { file, onSent, signal, end } = sending;
  let received = 0;
  for (let tries = 0; ;) {
    try {
      for await (const part of readParts(file, received)) {
        received = await sendPart(url, part, received, sending);
        onSent(received);
        tries = 0;
      }
      return;
    } catch (error) {
      signal?.throwIfAborted();
      tries += 1;
      if (isClientError(error) || tries >= maxTries) throw error;
      await assertReadable(file, received);
      await delayUntilAborted(
        computeBackoffMs(tries),
        signal === undefined ? end : AbortSignal.any([signal, end]),
      );
      signal?.throwIfAborted();
      if (end.aborted) throw error;
      received = await readReceivedBytes(url, sending).catch(() => received);
    }
  }
}

/**
 * Asserts that the rest of a file can still be read. A request with a file that was removed or changed on disk fails like one
 * over a lost connection, but always will.
 * @throws DOMException NotReadableError
 */
async function assertReadable(file: FileSource, offset: number): Promise<void> {
  if (file instanceof Blob) await file.slice(offset, offset + 1).arrayBuffer();
}

async function sendPart(url: string, part: Blob, offset: number, sending: SendOptions): Promise<number> {
  const { file, fetch, signal } = sending;
  const range = `bytes ${offset}-${offset + part.size - 1}/${file.size}`;
  const response = await fetch(url, {
    method: "PUT",
    headers: { "content-range": range },
    body: part,
    signal: withTimeout(signal),
  });
  return parseReceivedBytes(response);
}

async function readReceivedBytes(url: string, { fetch, signal }: SendOptions): Promise<number> {
  return parseReceivedBytes(await fetch(url, { signal: withTimeout(signal) }));
}

async function parseReceivedBytes(response: Response): Promise<number> {
  const answer: unknown = await response.json();
  if (isTrpcErrorEnvelope(answer)) throw TRPCClientError.from<AppRouter>(answer);
  if (response.ok && isReceipt(answer)) return answer.received;
  throw new TypeError(`The response isn't from MDReader (HTTP ${response.status}).`);
}

const isReceipt = (answer: unknown): answer is { received: number } =>
  typeof answer === "object" &&
  answer !== null &&
  "received" in answer &&
  typeof answer.received === "number";

/** The JSON envelope of a tRPC error. */
export type TrpcErrorEnvelope = Parameters<typeof TRPCClientError.from<AppRouter>>[0] & { error: unknown };

export const isTrpcErrorEnvelope = (answer: unknown): answer is TrpcErrorEnvelope =>
  typeof answer === "object" && answer !== null && "error" in answer;

const withTimeout = (signal: AbortSignal | undefined) =>
  AbortSignal.any([AbortSignal.timeout(partTimeoutMs), ...(signal ? [signal] : [])]);

function delayUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish);
    if (signal.aborted) finish();
  });
}
