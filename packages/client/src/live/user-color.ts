/** The color of a user as `#rrggbb`. It is the same on every machine, and legible on white and on black. */
export function userColor(userId: string): string {
  let hash = 0;
  for (const character of userId) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return toHex(hash % 360, 0.65, 0.48);
}

/** Converts hue (in degrees), saturation and lightness to `#rrggbb`. */
function toHex(hue: number, saturation: number, lightness: number): string {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const toHexChannel = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    const value = lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${toHexChannel(0)}${toHexChannel(8)}${toHexChannel(4)}`;
}
