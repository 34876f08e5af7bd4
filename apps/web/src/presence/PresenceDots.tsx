import type { PersonPresent } from "@mdreader/react";

import { getDisplayName } from "../ui/Avatar.tsx";
import { toHues } from "../ui/hue.ts";

/** Maximum number of dots. */
const maxDots = 3;

/** People in a document, as dots in their colors. */
export function PresenceDots({ people }: { people: readonly PersonPresent[] }) {
  const names = people.map(getDisplayName).join(", ");
  const hues = toHues(people.map(({ id }) => id));
  return (
    <span className="flex shrink-0 gap-0.5" title={`Here now: ${names}`}>
      {people.slice(0, maxDots).map(({ id }) => (
        <span
          key={id}
          aria-hidden="true"
          className={`person-badge person-${hues.get(id)} size-2 rounded-full`}
        />
      ))}
      <span className="sr-only">, here now: {names}</span>
    </span>
  );
}
