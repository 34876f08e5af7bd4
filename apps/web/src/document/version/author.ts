import type { RouterOutputs } from "@mdreader/client";

import { displayName } from "../../ui/Avatar.tsx";

type Author = RouterOutputs["document"]["version"]["list"]["items"][number]["authors"][number];

/** Whoever wrote; a tool with the person in whose name it did. */
export const formatAuthor = ({ person, apiKeyName }: Author): string =>
  [person === null ? "a former member" : displayName(person), apiKeyName].filter(Boolean).join(" with ");
