import type { RouterOutputs } from "@mdreader/client";

import { nameOf } from "../../ui/Avatar.tsx";

type Writer = RouterOutputs["document"]["version"]["list"]["items"][number]["authors"][number];

/** Whoever wrote; a tool with the person in whose name it did. */
export const writerName = ({ person, tool }: Writer): string =>
  [person === null ? "a former member" : nameOf(person), tool].filter(Boolean).join(" with ");
