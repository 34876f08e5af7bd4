/** Names in `.env` that other programs read, such as Compose. */
const foreignNames = /^(?:POSTGRES_|COMPOSE_|NODE_|OTEL_)/;

/**
 * Describes the names in `.env` that are not settings, with the setting that each was probably meant to be.
 * @param names The names in the file.
 * @param settings The names of all settings.
 */
export function describeUnknownSettings(names: readonly string[], settings: readonly string[]): string[] {
  const unknown = names.filter((name) => !settings.includes(name) && !foreignNames.test(name));
  return unknown.map((name) => {
    const nearest = findNearest(name, settings);
    const hint = nearest === null ? ".env.example lists all settings." : `Did you mean ${nearest}?`;
    return `${name} in .env isn't a setting, and has no effect. ${hint}`;
  });
}

function findNearest(name: string, settings: readonly string[]): string | null {
  const ranked = settings
    .map((setting) => ({ setting, distance: countEdits(name.toUpperCase(), setting) }))
    .toSorted((one, other) => one.distance - other.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(2, name.length / 3) ? best.setting : null;
}

/** The Levenshtein distance: how many letters must be added, removed or replaced. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
