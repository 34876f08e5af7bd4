import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

/**
 * Compression of saved versions: occasionally one is stored completely, as a keyframe, and the following ones as
 * differences from that keyframe. Reading any version takes two rows, however many there are.
 *
 * The differences are computed by zstd, with the keyframe's text as its dictionary. This takes milliseconds for any
 * two texts, whereas a text diff takes longer the more they differ.
 */

/** An encoded text. */
export interface EncodedBody {
  body: Uint8Array;
  /** The number of the keyframe that it is encoded against; null for a keyframe. */
  base: number | null;
}

/** A version that others are encoded against. */
export interface Keyframe {
  number: number;
  /** Its text in UTF-8. */
  text: Uint8Array;
  /** Its encoded size in bytes. */
  size: number;
}

/** A window large enough for the largest text and its dictionary. */
const zstdParams = { [constants.ZSTD_c_windowLog]: 22, [constants.ZSTD_c_hashLog]: 18 };

/**
 * Versions are encoded against a keyframe until their total size exceeds the larger of its size and
 * `minKeyframeBytes`, or there are `maxPerKeyframe` of them. A new keyframe then costs about as much as they did.
 */
const minKeyframeBytes = 4096;
const maxPerKeyframe = 100;

/**
 * Encodes a text as the next version.
 *
 * @param keyframe The newest keyframe, if any.
 * @param since The number of versions encoded against it, and their total size in bytes.
 */
export function encodeBody(
  text: Uint8Array,
  keyframe: Keyframe | null,
  since: { versions: number; bytes: number },
): EncodedBody {
  if (keyframe !== null && since.versions < maxPerKeyframe) {
    const body = zstdCompressSync(text, { params: zstdParams, dictionary: keyframe.text });
    const maxBytes = Math.max(keyframe.size, minKeyframeBytes);
    if (since.bytes + body.length <= maxBytes) return { body, base: keyframe.number };
  }
  return { body: zstdCompressSync(text, { params: zstdParams }), base: null };
}

/** The magic number of zstd frames. No UTF-8 text starts with it, because the second byte cannot follow the first. */
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/**
 * Decodes the text of a version, in UTF-8.
 *
 * @param keyframe The body of the version's keyframe; null for a keyframe. Older keyframes may be plain text.
 */
export function decodeBody(body: Uint8Array, keyframe: Uint8Array | null): Uint8Array {
  if (keyframe !== null) return zstdDecompressSync(body, { dictionary: decodeBody(keyframe, null) });
  return zstdMagic.equals(body.subarray(0, zstdMagic.length)) ? zstdDecompressSync(body) : body;
}

/** Decodes the text of a version as a string. */
export function decodeBodyText(body: Uint8Array, keyframe: Uint8Array | null): string {
  // A TextDecoder would remove a byte order mark.
  return Buffer.from(decodeBody(body, keyframe)).toString("utf8");
}
