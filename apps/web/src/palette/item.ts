import type { RouterOutputs } from "@mdreader/client";
import type { ReactNode } from "react";

type Hit = RouterOutputs["document"]["search"]["items"][number];

/** An item in the palette. */
export interface Item {
  id: string;
  label: string;
  icon: ReactNode;
  keys?: string;
  /** For search results: the title and the matching excerpt, with highlights. */
  found?: { title: Hit["highlightedTitle"]; place: Hit["fragments"][number] | undefined };
  run: () => void;
}

/** A named group of items. */
export interface Group {
  value: string;
  items: Item[];
}
