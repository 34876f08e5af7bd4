import { hueOf } from "./hue.ts";

interface AvatarProps {
  user: { id: string; username: string; fullName?: string | null };
  size?: "small" | "normal";
}

/** A person as their initial in their colour. Beside it, or around it, stands the name. */
export function Avatar({ user, size = "normal" }: AvatarProps) {
  const initial = Array.from(nameOf(user))[0]?.toUpperCase() ?? "?";
  return (
    <span
      aria-hidden="true"
      className={`peer-badge peer-${hueOf(user.id)} grid shrink-0 place-content-center rounded-full font-medium ${size === "small" ? "size-5 text-[0.625rem]" : "size-7 text-xs"}`}
    >
      {initial}
    </span>
  );
}

/** How a person is called: by the full name, where there is one. */
export const nameOf = ({ fullName, username }: { username: string; fullName?: string | null }) =>
  fullName ?? username;
