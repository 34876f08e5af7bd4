import { gramBits } from "@mdreader/db";

/**
 * Substrings are found through a Bloom filter per document: a bit for each two and three consecutive characters. An
 * index of them would have a thousand entries for a text of a page, and writing these was most of the cost of a save.
 */

/** Returns the bits of a text's characters, in hexadecimal. */
export function toGrams(text: string): string {
  const bits = new Uint8Array(gramBits / 8);
  addGrams(bits, text);
  return toHex(bits);
}

/** Returns the bits that a text must have to contain all of these parts. */
export function toRequiredGrams(parts: readonly string[]): string {
  const bits = new Uint8Array(gramBits / 8);
  for (const part of parts) addGrams(bits, part);
  return toHex(bits);
}

const toHex = (bytes: Uint8Array) => Buffer.from(bytes.buffer).toString("hex");

/** Case is ignored, because `ilike` ignores it. */
function addGrams(bits: Uint8Array, text: string): void {
  const folded = text.toLowerCase();
  let second = 0;
  let third = 0;
  for (let at = 0; at < folded.length; at += 1) {
    const unit = folded.charCodeAt(at);
    if (at > 0) setBit(bits, Math.imul(second, 0x9e_37_79_b1) ^ unit);
    if (at > 1) setBit(bits, Math.imul(Math.imul(third, 0x85_eb_ca_6b) ^ second, 0xc2_b2_ae_35) ^ unit);
    third = second;
    second = unit;
  }
}

function setBit(bits: Uint8Array, value: number): void {
  const mixed = Math.imul(value ^ (value >>> 15), 0x2c_1b_3c_6d);
  const bit = (mixed ^ (mixed >>> 13)) & (gramBits - 1);
  const index = bit >> 3;
  bits[index] = (bits[index] ?? 0) | (0x80 >> (bit & 7));
}
