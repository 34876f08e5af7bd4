import { toHue } from "../ui/hue.ts";

/** A workspace's initial in its color. Used beside the name. */
export function WorkspaceIcon({ id, name, large = false }: { id: string; name: string; large?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={`person-badge person-${toHue(id)} grid shrink-0 place-content-center font-semibold ${large ? "size-9 rounded-lg text-sm" : "size-5 rounded text-[0.6875rem]"}`}
    >
      {Array.from(name)[0]?.toUpperCase()}
    </span>
  );
}
