import type { LiveDocument, RemoteState } from "@mdreader/client/live";
import { useEffect, useState } from "react";

const isRemote = (state: object): state is RemoteState => "user" in state && "cursor" in state;

/** The awareness states of other windows in a document, with their cursors. */
export function getRemoteStates({ awareness }: LiveDocument): RemoteState[] {
  return [...awareness.getStates()]
    .filter(([clientId]) => clientId !== awareness.clientID)
    .flatMap(([, state]) => (isRemote(state) ? [state] : []));
}

interface Room {
  live: LiveDocument;
  people: readonly RemoteState[];
}

const nobody: readonly RemoteState[] = [];

/**
 * The other people in a document, and whether they are typing. Several windows of one person count once. Cursors move
 * many times a second and don't render the component again: read them from `awareness` of the document, or with
 * `getRemoteStates`.
 */
export function usePresence(live: LiveDocument | null): readonly RemoteState[] {
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    if (live === null) return;
    const { awareness } = live;
    let previous = "";
    const show = () => {
      const byId = new Map<string, RemoteState>();
      for (const state of getRemoteStates(live))
        if (state.status === "typing" || byId.get(state.user.id) === undefined)
          byId.set(state.user.id, state);
      // Update only when people or their status change.
      const now = JSON.stringify([...byId.values()].map(({ user, status }) => [user, status]));
      if (now === previous) return;
      previous = now;
      setRoom({ live, people: [...byId.values()] });
    };
    show();
    awareness.on("change", show);
    return () => awareness.off("change", show);
  }, [live]);
  return room?.live === live ? room.people : nobody;
}
