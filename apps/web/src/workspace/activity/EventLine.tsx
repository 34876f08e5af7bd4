import { Avatar, getDisplayName } from "../../ui/Avatar.tsx";
import { Time } from "../../ui/Time.tsx";
import { type Event, ActivityMessage } from "./ActivityMessage.tsx";

/** One event: actor, action and time. */
export function EventLine({ workspaceId, event }: { workspaceId: string; event: Event }) {
  const { actor, at } = event;
  return (
    <div className="flex items-center gap-3 py-2">
      {actor === null ? <span className="size-7" /> : <Avatar user={actor} />}
      <p className="min-w-0 flex-1 wrap-anywhere">
        <span className="font-medium">{actor === null ? "Someone" : getDisplayName(actor)}</span>{" "}
        <span className="text-faint">
          <ActivityMessage workspaceId={workspaceId} event={event} />
        </span>
      </p>
      <span className="shrink-0 text-sm text-faint">
        <Time at={at} />
      </span>
    </div>
  );
}
