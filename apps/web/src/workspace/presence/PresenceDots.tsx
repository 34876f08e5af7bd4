import { displayName } from "../../ui/Avatar.tsx";
import { toHue } from "../../ui/hue.ts";
import type { Person } from "./presence-context.ts";

/** How many dots fit. */
const maxDots = 3;

/** Who is in a document, as dots in their colours. */
export function PresenceDots({ people }: { people: readonly Person[] }) {
  const names = people.map(displayName).join(", ");
  return (
    <span className="flex shrink-0 gap-0.5" title={`Here now: ${names}`}>
      {people.slice(0, maxDots).map(({ id }) => (
        <span key={id} aria-hidden="true" className={`peer-badge peer-${toHue(id)} size-2 rounded-full`} />
      ))}
      <span className="sr-only">, here now: {names}</span>
    </span>
  );
}
