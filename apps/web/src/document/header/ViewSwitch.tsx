import { BookOpen, Columns2, SquarePen } from "lucide-react";

import { Tooltip } from "../../ui/Tooltip.tsx";
import type { View } from "../view.ts";

const choices = [
  { view: "source", label: "Source", Icon: SquarePen },
  { view: "split", label: "Split", Icon: Columns2 },
  { view: "reading", label: "Reading", Icon: BookOpen },
] as const;

interface ViewSwitchProps {
  view: View;
  /** Whether source and preview fit beside each other. */
  fitsSplit: boolean;
  onChange: (view: View) => void;
}

/** Switches between source, split and reading view. */
export function ViewSwitch({ view, fitsSplit, onChange }: ViewSwitchProps) {
  return (
    <fieldset aria-label="View" className="flex shrink-0 rounded-lg bg-chosen p-0.5">
      {choices
        .filter((choice) => fitsSplit || choice.view !== "split")
        .map(({ view: value, label, Icon }) => (
          <Tooltip key={value} text={label}>
            <button
              type="button"
              aria-label={label}
              aria-pressed={view === value}
              onClick={() => onChange(value)}
              className="grid h-7 w-9 place-content-center rounded-md text-faint transition hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink aria-pressed:shadow-xs pointer-coarse:size-10"
            >
              <Icon aria-hidden="true" className="size-4" />
            </button>
          </Tooltip>
        ))}
    </fieldset>
  );
}
