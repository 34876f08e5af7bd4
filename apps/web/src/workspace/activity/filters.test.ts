import { eventKinds } from "@mdreader/client";
import { expect, test } from "vitest";

import { parseActivityFilters, toActivityInput, topics } from "./filters.ts";

test("filters are read from the address, without what makes no sense", () => {
  expect(parseActivityFilters({ person: "p", topic: "comments" })).toEqual({
    person: "p",
    topic: "comments",
  });
  expect(parseActivityFilters({ person: "", topic: "toString" })).toEqual({});
  expect(toActivityInput("w", { topic: "sharing" })).toEqual({
    workspaceId: "w",
    kinds: ["share.created", "share.revoked"],
  });
});

test("each kind of event that the activity lists belongs to one topic", () => {
  const kinds = Object.values(topics).flatMap((topic) => topic.kinds);
  expect(kinds.toSorted()).toEqual(eventKinds.filter((kind) => kind !== "folder.reordered").toSorted());
});
