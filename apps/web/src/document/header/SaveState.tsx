import { reasons } from "@mdreader/client";
import type { LiveDocument, SaveState as State } from "@mdreader/client/live";
import { useObserved } from "@mdreader/react/live";
import { Check, CloudOff, CloudUpload, TriangleAlert } from "lucide-react";
import { useEffect } from "react";

import { isCommand } from "../../ui/Shortcut.tsx";
import { toasts } from "../../ui/toast.ts";

/** The save state of local edits. Warns before leaving with unsaved edits. */
export function SaveState({ live }: { live: LiveDocument }) {
  // Selects the displayed status only, because the edit number changes with each keystroke.
  const status = useObserved(live.saveState, (state) => state.status);
  const words = useObserved(live.saveState, describeSaveState);
  const unsaved = useObserved(live.saveState, isUnsaved);
  useEffect(() => {
    if (!unsaved) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [unsaved]);
  // Everything is saved as it is typed. The key that saves elsewhere says so, instead of saving the page as a file.
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isCommand(event) || event.altKey || event.shiftKey || event.key !== "s") return;
      event.preventDefault();
      toasts.add({ id: "saved", title: describeAutomaticSaving(live.saveState.get()) });
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [live]);
  const isBad = status === "refused" || status === "closed";
  const Icon = icons[status];
  return (
    <output
      className={`flex shrink-0 items-center gap-1.5 text-xs ${isBad ? "text-danger" : "text-faint"}`}
      data-status={status}
    >
      <Icon aria-hidden="true" className="size-3.5" />
      <span className="max-w-[40vw] truncate max-sm:sr-only">{words}</span>
    </output>
  );
}

const icons = {
  offline: CloudOff,
  sending: CloudUpload,
  saved: Check,
  refused: TriangleAlert,
  closed: TriangleAlert,
};

const isUnsaved = (state: State) =>
  state.status === "sending" || state.status === "refused" || (state.status === "offline" && state.unsaved);

const describeAutomaticSaving = (state: State) =>
  state.status === "saved" || state.status === "sending"
    ? "MDReader saves every change as you type."
    : describeSaveState(state);

function describeSaveState(state: State): string {
  switch (state.status) {
    case "offline":
      return state.unsaved ? "Offline: changes are saved in this browser" : "Offline";
    case "sending":
      return `Saving…${describeTransport(state)}`;
    case "saved":
      return `Saved${describeTransport(state)}`;
    case "refused":
      return `Not saved: ${reasons[state.reason]}`;
    case "closed":
      return state.reason === null ? "" : `Closed: ${reasons[state.reason]}`;
  }
}

const describeTransport = ({ isOverHttp }: State) => (isOverHttp === true ? " · Connected over HTTP" : "");
