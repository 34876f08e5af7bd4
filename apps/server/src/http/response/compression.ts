import type { IncomingMessage } from "node:http";
import type { Transform } from "node:stream";
import { promisify } from "node:util";
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from "node:zlib";

import { parseAccept } from "hono/utils/accept";

/** The supported encodings, the preferred one first. */
const encodings = ["br", "gzip"] as const;
export type Encoding = (typeof encodings)[number];

/** A shorter body fits into one packet, and compressing it would cost more than most calls. */
const minLength = 1024;

/** Chosen for speed: more effort saves a few percent. A small window limits the memory of each response. */
const brotliOptions = {
  params: {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: 4,
    [constants.BROTLI_PARAM_LGWIN]: 18,
  },
};
const gzipOptions = { level: 4 };

/**
 * Chooses the encoding of a response.
 * @param length The length of its body in UTF-16 units.
 * @returns Null for a response that is sent as it is.
 */
export function chooseEncoding(
  { headers, method }: Pick<IncomingMessage, "headers" | "method">,
  length: number,
): Encoding | null {
  const accepted = headers["accept-encoding"];
  if (length < minLength || accepted === undefined || method === "HEAD") return null;
  const listed = parseAccept(accepted);
  const weight = (name: string) => listed.find(({ type }) => type.toLowerCase() === name)?.q;
  const findWeight = (name: Encoding) => weight(name) ?? weight("*") ?? 0;
  const [best] = encodings.toSorted((one, other) => findWeight(other) - findWeight(one));
  return best !== undefined && findWeight(best) > 0 ? best : null;
}

/** Adds that a response depends on the encodings that the client accepts. */
export const varyByEncoding = (vary: string): string => `${vary}, accept-encoding`;

const compressors: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  br: (body) => promisify(brotliCompress)(body, brotliOptions),
  gzip: (body) => promisify(gzip)(body, gzipOptions),
};

/** Compresses a body outside of the event loop. */
export const compress = (encoding: Encoding, body: string): Promise<Buffer> =>
  compressors[encoding](Buffer.from(body));

/** Creates a stream that compresses a large body as the client reads it. */
export const createCompressor = (encoding: Encoding): Transform =>
  encoding === "br" ? createBrotliCompress(brotliOptions) : createGzip(gzipOptions);
