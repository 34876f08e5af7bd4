import { X } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "../../ui/Button.tsx";

interface SidePanelProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A panel beside the document; above it on phones. */
export function SidePanel({ title, onClose, children }: SidePanelProps) {
  return (
    <aside
      aria-label={title}
      className="flex min-h-0 flex-col border-line bg-panel max-md:absolute max-md:inset-0 max-md:z-20 md:w-80 md:shrink-0 md:border-l"
    >
      <div className="flex h-10 shrink-0 items-center border-b border-line pr-2 pl-4">
        <h2 className="flex-1 text-sm font-semibold tracking-tight">{title}</h2>
        <IconButton label={`Close ${title}`} onClick={onClose}>
          <X />
        </IconButton>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
    </aside>
  );
}
