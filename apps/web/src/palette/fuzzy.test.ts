import { expect, it } from "vitest";

import { findFuzzy } from "./fuzzy.ts";

const titles = ["Onboarding", "Release checklist", "Café menu", "Договор", "Interview with a hospital"];
const find = (query: string) => findFuzzy(titles, query, (title) => title);

it.each([
  ["on", "Onboarding"],
  ["onbaording", "Onboarding"],
  ["check rel", "Release checklist"],
  ["cafe", "Café menu"],
  ["догов", "Договор"],
])("finds by %j the title %j", (query, title) => {
  expect(find(query)[0]).toBe(title);
});

it("finds nothing that is too different", () => {
  expect(find("zzz")).toEqual([]);
});
