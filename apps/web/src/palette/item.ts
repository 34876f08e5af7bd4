import type { RouterOutputs } from "@mdreader/client";
import type { ReactNode } from "react";

type Hit = RouterOutputs["document"]["search"]["items"][number];

/** Something that the palette offers. */
export interface Item {
  id: string;
  label: string;
  icon: ReactNode;
  keys?: string;
  /** For what was found: its title and the place that matched, with what was searched for marked. */
  found?: { title: Hit["highlightedTitle"]; place: Hit["fragments"][number] | undefined };
  run: () => void;
}

/** Items that belong together, under a name. */
export interface Group {
  value: string;
  items: Item[];
}
