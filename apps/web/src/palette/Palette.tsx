import { Dialog } from "@base-ui/react/dialog";
import { useParams } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";

import { palette, takeEarlyTyping } from "../layout/palette-handle.ts";
import { useStore } from "../lib/store.ts";
import { CommandList } from "./CommandList.tsx";
import { useGroups, useWorkspaceGroups } from "./useGroups.tsx";

/** The command palette: finds documents and runs commands with the keyboard. */
export function Palette() {
  const isOpen = useStore(palette);
  // A palette that is opened while it is still closing starts empty.
  const [openings, setOpenings] = useState(0);
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen !== wasOpen) {
    setWasOpen(isOpen);
    if (isOpen) setOpenings(openings + 1);
  }
  return (
    <Dialog.Root open={isOpen} onOpenChange={palette.set}>
      <Dialog.Portal>
        <Dialog.Backdrop className="veil" />
        <Dialog.Viewport className="fixed inset-0 z-50 grid items-start justify-center p-3 pt-[10dvh]">
          <Dialog.Popup
            aria-label="Search and commands"
            className="floats flex max-h-[min(32rem,80dvh)] w-[min(38rem,calc(100vw-1.5rem))] flex-col overflow-hidden rounded-xl bg-raised shadow-raised"
          >
            <Content key={openings} />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content() {
  const workspaceId = useParams({ strict: false, select: (params) => params.workspaceId });
  return workspaceId === undefined ? <Everywhere /> : <InWorkspace workspaceId={workspaceId} />;
}

const close = () => palette.set(false);

/** The query, to which what was typed before the field was ready is added. */
function useQueryField() {
  const [query, setQuery] = useState("");
  const onReady = () => {
    const typed = takeEarlyTyping();
    if (typed !== "") setQuery((before) => before + typed);
  };
  return { query, onQuery: setQuery, onReady };
}

function Everywhere() {
  const field = useQueryField();
  return <CommandList {...field} groups={useGroups(field.query)} isSearching={false} onDone={close} />;
}

function InWorkspace({ workspaceId }: { workspaceId: string }) {
  const field = useQueryField();
  // The field updates immediately; results may lag behind.
  const { groups, isSearching } = useWorkspaceGroups(workspaceId, useDeferredValue(field.query));
  return <CommandList {...field} groups={groups} isSearching={isSearching} onDone={close} />;
}
