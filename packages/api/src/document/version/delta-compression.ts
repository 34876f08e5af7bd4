import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

/**
 * How the texts of saved versions are packed: now and then one by itself, a keyframe, and those after it as what differs
 * from that keyframe. Reading any of them takes two rows, however many versions there are.
 *
 * What differs is found by zstd, with the keyframe's text as its dictionary: it takes milliseconds whatever the two
 * texts are, where a comparison of texts takes longer the more they differ.
 */

/** A text as it is kept. */
export interface EncodedBody {
  body: Uint8Array;
  /** The number of the keyframe that it is packed against; null for a keyframe. */
  base: number | null;
}

/** A version that others are packed against. */
export interface Keyframe {
  number: number;
  /** Its text in UTF-8. */
  text: Uint8Array;
  /** Bytes that it takes packed. */
  size: number;
}

/** Large enough to look through the largest text and its dictionary at once. */
const zstdParams = { [constants.ZSTD_c_windowLog]: 22, [constants.ZSTD_c_hashLog]: 18 };

/**
 * Versions are packed against a keyframe until together they take as much as it does: then a new one costs no more than
 * going on. So many bytes they may take in any case, and so many they may be.
 */
const minKeyframeBytes = 4096;
const maxPerKeyframe = 100;

/**
 * Packs a text as the next version.
 *
 * @param keyframe The newest one, if there is any.
 * @param since How many versions are packed against it, and how many bytes they take.
 */
export function encodeBody(
  text: Uint8Array,
  keyframe: Keyframe | null,
  since: { versions: number; bytes: number },
): EncodedBody {
  if (keyframe !== null && since.versions < maxPerKeyframe) {
    const body = zstdCompressSync(text, { params: zstdParams, dictionary: keyframe.text });
    const room = Math.max(keyframe.size, minKeyframeBytes);
    if (since.bytes + body.length <= room) return { body, base: keyframe.number };
  }
  return { body: zstdCompressSync(text, { params: zstdParams }), base: null };
}

/** How each frame of zstd begins. No text in UTF-8 does: the second byte can't follow the first. */
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/**
 * The text of a packed version, in UTF-8.
 *
 * @param keyframe The body of the version that it is packed against; null for a keyframe, which may be bare text too, as
 *   versions were once kept.
 */
export function decodeBody(body: Uint8Array, keyframe: Uint8Array | null): Uint8Array {
  if (keyframe !== null) return zstdDecompressSync(body, { dictionary: decodeBody(keyframe, null) });
  return zstdMagic.equals(body.subarray(0, zstdMagic.length)) ? zstdDecompressSync(body) : body;
}

/** The same as a string. */
export function decodeText(body: Uint8Array, keyframe: Uint8Array | null): string {
  // Not by a TextDecoder, which would take a byte order mark away.
  return Buffer.from(decodeBody(body, keyframe)).toString("utf8");
}
