import { nameOf } from "../../ui/Avatar.tsx";
import { hueOf } from "../../ui/hue.ts";
import type { Person } from "./where-context.ts";

/** How many dots fit. */
const most = 3;

/** Who is in a document, as dots in their colours. */
export function WhereDots({ people }: { people: readonly Person[] }) {
  const names = people.map(nameOf).join(", ");
  return (
    <span className="flex shrink-0 gap-0.5" title={`Here now: ${names}`}>
      {people.slice(0, most).map(({ id }) => (
        <span key={id} aria-hidden="true" className={`peer-badge peer-${hueOf(id)} size-2 rounded-full`} />
      ))}
      <span className="sr-only">, here now: {names}</span>
    </span>
  );
}
