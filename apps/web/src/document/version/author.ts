import type { RouterOutputs } from "@mdreader/client";

import { getDisplayName } from "../../ui/Avatar.tsx";

type Author = RouterOutputs["document"]["version"]["list"]["items"][number]["authors"][number];

/** The author's name; for edits by a tool, its name with the person's. */
export const formatAuthor = ({ person, apiKeyName }: Author): string =>
  [person === null ? "a former member" : getDisplayName(person), apiKeyName].filter(Boolean).join(" with ");

/** The names of several authors. */
export const formatAuthors = (authors: readonly Author[]): string => authors.map(formatAuthor).join(", ");
