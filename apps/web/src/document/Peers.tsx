import type { LiveDocument, RemoteState } from "@mdreader/client/live";
import { useEffect, useState } from "react";

import { hueOf } from "../ui/hue.ts";

/** Who else is in the document. Several windows of a person are one person. */
export function Peers({ live: { awareness } }: { live: LiveDocument }) {
  const [people, setPeople] = useState<RemoteState[]>([]);
  useEffect(() => {
    const show = () => {
      const others = [...awareness.getStates()]
        .filter(([clientId]) => clientId !== awareness.clientID)
        .flatMap(([, state]) => (isRemote(state) ? [state] : []));
      setPeople([...new Map(others.map((state) => [state.user.id, state])).values()]);
    };
    show();
    awareness.on("change", show);
    return () => awareness.off("change", show);
  }, [awareness]);
  if (people.length === 0) return null;
  return (
    <ul aria-label="Also here" className="flex -space-x-1.5">
      {people.slice(0, 8).map(({ user, status }) => (
        <li
          key={user.id}
          title={status === "typing" ? `${user.name} is typing` : user.name}
          className={`peer-badge peer-${hueOf(user.id)} grid size-7 place-content-center rounded-full border-2 border-paper text-xs font-semibold`}
        >
          <span aria-hidden="true">{Array.from(user.name)[0]?.toUpperCase()}</span>
          <span className="sr-only">{user.name}</span>
        </li>
      ))}
    </ul>
  );
}

const isRemote = (state: object): state is RemoteState => "user" in state;
