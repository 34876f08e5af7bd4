import { expect, test } from "vitest";

import { createKnownMembers, formatEdit, toPresenceLines } from "./format.ts";

const user = { id: "1", username: "ada", fullName: null };
const createMember = (clientId: number) => ({ clientId, user, status: "viewing" as const, cursor: null });

test("a person with several windows joins and leaves once", () => {
  const known = createKnownMembers();
  const texts = (event: Parameters<typeof toPresenceLines>[0]) =>
    toPresenceLines(event, known).map(({ text }) => text);
  const frame = { type: "frame" as const, joined: [], left: [], moved: [], status: [] };
  expect(texts({ type: "snapshot", members: [createMember(1)] })).toEqual(["ada is present"]);
  expect(texts({ ...frame, joined: [createMember(2)] })).toEqual([""]);
  expect(texts({ ...frame, left: [{ userId: "1", clientId: 1 }] })).toEqual([""]);
  expect(texts({ ...frame, left: [{ userId: "1", clientId: 2 }] })).toEqual(["ada left"]);
  expect(texts({ ...frame, joined: [createMember(3)] })).toEqual(["ada joined"]);
});

test("an edit is shown on one line", () => {
  const pieces = [{ at: 0, line: 3, removed: 4, inserted: "\n- from cli\n" }];
  expect(formatEdit("ada", pieces)).toBe("ada, line 3: + “⏎- from cli⏎” - 4 characters");
});
