import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";

import { Shortcut } from "./Shortcut.tsx";

interface TooltipProps {
  text: string;
  keys?: string | undefined;
  /** A focusable element with this name. */
  children: ReactElement;
}

/** A tooltip, shown on hover and focus. */
export function Tooltip({ text, keys, children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} delay={400} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-60">
          {/* Its text is the name of its element. */}
          <Base.Popup
            aria-hidden="true"
            className="floats flex max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs font-medium text-paper"
          >
            {text}
            {keys !== undefined && <Shortcut keys={keys} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** After one tooltip opens, the next ones open without delay. */
export const TooltipProvider = Base.Provider;
