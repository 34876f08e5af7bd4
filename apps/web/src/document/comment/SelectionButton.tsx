import { MessageSquarePlus } from "lucide-react";
import { useEffect, useState } from "react";

import { isPointerCoarse } from "../../lib/media.ts";
import { Button } from "../../ui/Button.tsx";

interface SelectionButtonProps {
  /** The element whose text can be commented on. */
  within: HTMLElement;
  onComment: () => void;
}

/** Distance from the selection in pixels, with a mouse and with a finger: phones show a handle below its end. */
const gap = { fine: 8, coarse: 32 };
/** Width of the button in pixels. */
const width = 112;
/** Distance of the button from the edge in pixels. */
const margin = 8;

/** A button below the selected text that begins a comment on it. */
export function SelectionButton({ within, onComment }: SelectionButtonProps) {
  const [place, setPlace] = useState<{ top: number; left: number } | null>(null);
  useEffect(() => {
    const update = () => setPlace(findPlace(within));
    document.addEventListener("selectionchange", update);
    within.addEventListener("scroll", update, { passive: true });
    return () => {
      document.removeEventListener("selectionchange", update);
      within.removeEventListener("scroll", update);
    };
  }, [within]);
  if (place === null) return null;
  return (
    <Button
      style={place}
      // Keeps the selection.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onComment}
      className="not-printed floats fixed! z-30 shadow-raised"
    >
      <MessageSquarePlus aria-hidden="true" className="size-4" />
      Comment
    </Button>
  );
}

/** The place below the end of a selection inside an element; null without text in it, or if it is out of view. */
function findPlace(within: HTMLElement): { top: number; left: number } | null {
  const selection = getSelection();
  if (selection === null || selection.rangeCount === 0 || selection.toString().trim() === "") return null;
  const range = selection.getRangeAt(0);
  if (!within.contains(range.commonAncestorContainer)) return null;
  const end = [...range.getClientRects()].at(-1);
  const frame = within.getBoundingClientRect();
  if (end === undefined || end.bottom < frame.top || end.bottom > frame.bottom) return null;
  const top = Math.min(end.bottom + gap[isPointerCoarse() ? "coarse" : "fine"], frame.bottom - 48);
  return { top, left: Math.max(frame.left + margin, Math.min(end.right, frame.right - width)) };
}
