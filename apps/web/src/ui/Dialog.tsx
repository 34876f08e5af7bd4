import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef } from "react";

import { isPointerCoarse } from "../lib/media.ts";
import { getIconButtonClass } from "./Button.tsx";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  onKeyDown?: (event: KeyboardEvent) => void;
  /** For content with a width of its own. */
  wide?: boolean;
  /** Whether a click outside leaves it open, because closing it would interrupt something. */
  staysOpen?: boolean;
}

const isUsable = ":not(:disabled, [tabindex='-1'])";

/** The first field of a dialog's content; without fields, its first control. */
const findFirstControl = (content: HTMLElement | null): HTMLElement | null =>
  content?.querySelector<HTMLElement>(`:is(input, textarea, select)${isUsable}`) ??
  content?.querySelector<HTMLElement>(`:is(button, a[href])${isUsable}`) ??
  null;

/**
 * A modal dialog. It traps the focus and restores it when closed. The focus starts at the first field of the content; on touch screens, at
 * the dialog itself, because the keyboard of a field would cover it.
 */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  onKeyDown,
  wide = false,
  staysOpen = false,
}: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={onOpenChange} disablePointerDismissal={staysOpen}>
      <Base.Portal>
        <Base.Backdrop className="veil" />
        <Base.Viewport className="fixed inset-0 z-50 grid items-start justify-center overflow-y-auto p-4 pt-[12dvh]">
          <Base.Popup
            ref={popup}
            onKeyDown={onKeyDown}
            initialFocus={() =>
              (isPointerCoarse() ? popup.current : findFirstControl(content.current)) ?? true
            }
            className={`floats w-[calc(100vw-2rem)] rounded-xl bg-raised p-5 outline-none shadow-raised ${wide ? "max-w-3xl" : "max-w-md"}`}
          >
            <div className="mb-4 flex items-start gap-3">
              <div className="min-w-0 flex-1">
                <Base.Title className="text-base font-semibold tracking-tight">{title}</Base.Title>
                {description !== undefined && (
                  <Base.Description className="mt-1 text-sm text-faint">{description}</Base.Description>
                )}
              </div>
              {/* No tooltip: it would open with the focus, and Escape would close it instead of the dialog. */}
              <Base.Close aria-label="Close" className={getIconButtonClass("-mt-1 -mr-1")}>
                <X />
              </Base.Close>
            </div>
            <div ref={content}>{children}</div>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** The row of buttons at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}

/** The button that closes the dialog without an action. */
export function Cancel({ children = "Cancel" }: { children?: ReactNode }) {
  return (
    <Base.Close className="inline-flex h-8 items-center rounded-md border border-edge px-3 text-sm font-medium hover:bg-hover pointer-coarse:h-10">
      {children}
    </Base.Close>
  );
}
