import type { LiveDocument, RemoteState } from "@mdreader/client/live";
import { useEffect, useState } from "react";

const isRemote = (state: object): state is RemoteState => "user" in state && "cursor" in state;

/** The awareness states of other people's windows in a document. */
export function getRemoteStates({ awareness }: LiveDocument): RemoteState[] {
  return [...awareness.getStates()]
    .filter(([clientId]) => clientId !== awareness.clientID)
    .flatMap(([, state]) => (isRemote(state) ? [state] : []));
}

/** The other people in the document, updated live. Several windows of one person count once. */
export function usePeople(live: LiveDocument): RemoteState[] {
  const [people, setPeople] = useState<RemoteState[]>([]);
  const { awareness } = live;
  useEffect(() => {
    let previous = "";
    const show = () => {
      const byId = new Map<string, RemoteState>();
      for (const state of getRemoteStates(live))
        if (state.status === "typing" || byId.get(state.user.id) === undefined)
          byId.set(state.user.id, state);
      // Cursors move many times a second. Update only when people or their status change.
      const now = JSON.stringify([...byId.values()].map(({ user, status }) => [user, status]));
      if (now === previous) return;
      previous = now;
      setPeople([...byId.values()]);
    };
    show();
    awareness.on("change", show);
    return () => awareness.off("change", show);
  }, [live, awareness]);
  return people;
}
