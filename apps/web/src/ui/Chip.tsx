import { X } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

interface ChipProps extends ComponentProps<"button"> {
  icon: ReactNode;
  /** Whether the chip has a value other than the default. */
  isSet: boolean;
}

/** A button that shows a filter's value and opens what changes it. */
export function Chip({ icon, isSet, className = "", children, ...rest }: ChipProps) {
  return (
    <button
      type="button"
      className={`inline-flex h-8 max-w-64 items-center gap-1.5 rounded-full border px-3 text-sm transition hover:bg-hover data-popup-open:bg-hover pointer-coarse:h-10 [&>svg]:size-3.5 [&>svg]:shrink-0 ${isSet ? "border-accent text-ink" : "border-edge text-faint"} ${className}`}
      {...rest}
    >
      {icon}
      <span className="truncate">{children}</span>
    </button>
  );
}

/** A button beside a chip that clears it. */
export function ClearChip({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onClick}
      className="-ml-1 grid size-6 place-content-center rounded-full text-faint hover:bg-hover hover:text-ink pointer-coarse:size-10"
    >
      <X aria-hidden="true" className="size-3.5" />
    </button>
  );
}
