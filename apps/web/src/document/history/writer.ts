import type { RouterOutputs } from "@mdreader/client";

import { nameOf } from "../../ui/Avatar.tsx";

type Writer = RouterOutputs["document"]["version"]["list"]["items"][number]["authors"][number];

/** Whoever wrote; a tool with the person in whose name it did. */
export const writerName = ({ person, apiKeyName }: Writer): string =>
  [person === null ? "a former member" : nameOf(person), apiKeyName].filter(Boolean).join(" with ");
