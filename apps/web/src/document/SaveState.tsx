import { reasons } from "@mdreader/client";
import type { LiveDocument, SaveState as State } from "@mdreader/client/live";
import { useEffect, useSyncExternalStore } from "react";

/** How far one's edits have come, honestly; and a warning before leaving with edits that have not. */
export function SaveState({ live }: { live: LiveDocument }) {
  const state = useSyncExternalStore(live.saveState.subscribe, live.saveState.get);
  const unsaved = isUnsaved(state);
  useEffect(() => {
    if (!unsaved) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [unsaved]);
  const bad = state.status === "refused" || state.status === "closed";
  return (
    <output className={`text-sm ${bad ? "text-danger" : "text-faint"}`} data-status={state.status}>
      {wordsFor(state)}
    </output>
  );
}

const isUnsaved = (state: State) =>
  state.status === "sending" || state.status === "refused" || (state.status === "offline" && state.unsaved);

function wordsFor(state: State): string {
  switch (state.status) {
    case "offline":
      return state.unsaved ? "Offline: kept in this browser" : "Offline";
    case "sending":
      return "Saving…";
    case "durable":
      return "Saved";
    case "refused":
      return `Not saved: ${reasons[state.reason]}`;
    case "closed":
      return state.reason === null ? "" : `Ended: ${reasons[state.reason]}`;
  }
}
