import { toHue } from "./hue.ts";

interface AvatarProps {
  user: { id: string; username: string; fullName?: string | null };
  size?: "small" | "normal";
}

/** A person's initial in their color. Used beside or inside an element with the name. */
export function Avatar({ user, size = "normal" }: AvatarProps) {
  const initial = Array.from(getDisplayName(user))[0]?.toUpperCase() ?? "?";
  return (
    <span
      aria-hidden="true"
      className={`person-badge person-${toHue(user.id)} grid shrink-0 place-content-center rounded-full font-medium ${size === "small" ? "size-5 text-[0.625rem]" : "size-7 text-xs"}`}
    >
      {initial}
    </span>
  );
}

/** A person's display name: the full name, or else the username. */
export const getDisplayName = ({ fullName, username }: { username: string; fullName?: string | null }) =>
  fullName ?? username;
