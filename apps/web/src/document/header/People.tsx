import type { LiveDocument, RemoteState } from "@mdreader/client/live";
import { usePresence } from "@mdreader/react/live";
import { Eye, EyeOff } from "lucide-react";

import { toHues } from "../../ui/hue.ts";
import { Menu, MenuItem } from "../../ui/Menu.tsx";

interface PeopleProps {
  live: LiveDocument;
  /** The user whose cursor is followed, or null. */
  followed: string | null;
  onFollow: (userId: string | null) => void;
}

/** Maximum number of avatars shown. */
const maxAvatars = 5;

/** Avatars of the other people in the document. A click follows that person's cursor. */
export function People({ live, followed, onFollow }: PeopleProps) {
  const people = usePresence(live);
  if (people.length === 0) return null;
  const hues = toHues(people.map(({ user }) => user.id));
  const typing = people.filter(({ status }) => status === "typing");
  return (
    <div className="flex items-center gap-2">
      <span className="hidden max-w-48 truncate text-xs text-faint lg:block" aria-live="polite">
        {describeStatus(typing)}
      </span>
      <ul aria-label="Also viewing" className="flex -space-x-1.5">
        {people.slice(0, maxAvatars).map((person) => (
          <li key={person.user.id}>
            <Person
              person={person}
              hue={hues.get(person.user.id)}
              isFollowed={person.user.id === followed}
              onFollow={onFollow}
            />
          </li>
        ))}
      </ul>
      {people.length > maxAvatars && (
        <span className="text-xs text-faint">+{people.length - maxAvatars}</span>
      )}
    </div>
  );
}

function Person({
  person: { user, status },
  hue,
  isFollowed,
  onFollow,
}: {
  person: RemoteState;
  hue: number | undefined;
  isFollowed: boolean;
  onFollow: (userId: string | null) => void;
}) {
  const ring = isFollowed ? "outline-2 outline-offset-1 outline-(--person)" : "";
  const trigger = (
    <button
      type="button"
      title={status === "typing" ? `${user.name} is typing` : user.name}
      className={`person-badge person-${hue} relative grid size-7 place-content-center rounded-full border-2 pointer-coarse:size-10 border-paper text-xs font-semibold hover:z-10 ${ring} ${status === "idle" ? "opacity-55" : ""}`}
    >
      <span aria-hidden="true">{Array.from(user.name)[0]?.toUpperCase()}</span>
      <span className="sr-only">{user.name}</span>
      {status === "typing" && <span aria-hidden="true" className="typing-dot" />}
    </button>
  );
  return (
    <Menu trigger={trigger} align="end">
      {isFollowed ? (
        <MenuItem icon={<EyeOff />} onSelect={() => onFollow(null)}>
          Stop following {user.name}
        </MenuItem>
      ) : (
        <MenuItem icon={<Eye />} onSelect={() => onFollow(user.id)}>
          Follow {user.name}
        </MenuItem>
      )}
    </Menu>
  );
}

function describeStatus(typing: readonly RemoteState[]): string {
  const [one, two, ...rest] = typing.map(({ user }) => user.name);
  if (one === undefined) return "";
  if (two === undefined) return `${one} is typing…`;
  return rest.length === 0 ? `${one} and ${two} are typing…` : `${typing.length} people are typing…`;
}
