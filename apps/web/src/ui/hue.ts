/** Number of colors for people: `person-0` and so on in the style sheet. */
const hueCount = 8;

/** The color of a person, the same in every window. */
export function toHue(userId: string): number {
  let hash = 0;
  for (const character of userId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % hueCount;
}

/** The colors of people who are shown together. Those whose color somebody else has get another one, while there are any left. */
export function toHues(userIds: readonly string[]): ReadonlyMap<string, number> {
  const chosen = new Map<string, number>();
  const sorted = [...new Set(userIds)].toSorted();
  const taken = new Set<number>();
  for (const id of sorted) {
    const hue = toHue(id);
    if (taken.has(hue)) continue;
    taken.add(hue);
    chosen.set(id, hue);
  }
  for (const id of sorted) {
    if (chosen.has(id)) continue;
    const steps = Array.from({ length: hueCount }, (_, step) => (toHue(id) + step) % hueCount);
    const hue = steps.find((one) => !taken.has(one)) ?? toHue(id);
    taken.add(hue);
    chosen.set(id, hue);
  }
  return chosen;
}
