import { X } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "../../ui/Button.tsx";

interface SidePanelProps {
  title: string;
  /** Whether the panel covers the document, which is too narrow for both. */
  covers: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A panel beside the document, or above it. */
export function SidePanel({ title, covers, onClose, children }: SidePanelProps) {
  return (
    <aside
      aria-label={title}
      className={`flex min-h-0 w-80 max-w-full shrink-0 flex-col border-l border-line bg-panel ${covers ? "absolute inset-y-0 right-0 z-20 shadow-raised max-sm:w-full" : ""}`}
    >
      <div className="flex h-10 shrink-0 items-center border-b border-line pr-2 pl-4">
        <h2 className="flex-1 text-sm font-semibold tracking-tight">{title}</h2>
        <IconButton label={`Close ${title}`} onClick={onClose}>
          <X />
        </IconButton>
      </div>
      <div data-scrolls className="min-h-0 flex-1 overflow-y-auto">
        {children}
      </div>
    </aside>
  );
}
