/** Number of colors for people: `person-0` and so on in the style sheet. */
const hueCount = 8;

/** The color of a person, the same in every window. */
export function toHue(userId: string): number {
  let hash = 0;
  for (const character of userId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % hueCount;
}
