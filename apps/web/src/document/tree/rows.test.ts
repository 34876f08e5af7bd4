import { describe, expect, it } from "vitest";

import type { Node } from "./node.ts";
import { createRows, type Level } from "./rows.ts";

const createNode = (name: string, kind: Node["kind"] = "document"): Node => ({
  id: name,
  kind,
  name,
  hasChildren: kind === "folder",
  updatedAt: "2026-01-01T00:00:00.000Z",
  childrenOrder: "name",
});
const createLevel = (state: Level["state"], ...nodes: Node[]): Level => ({
  nodes,
  order: "name",
  state,
  error: null,
  loadMore: () => {},
});
const describeRows = (...input: Parameters<typeof createRows>) =>
  createRows(...input).map((row) =>
    row.kind === "node"
      ? `${"  ".repeat(row.depth)}${row.node.name}`
      : `${"  ".repeat(row.depth)}(${row.level?.state})`,
  );

describe("the rows of a tree", () => {
  const levels = new Map([
    [
      null,
      createLevel(
        "complete",
        createNode("b", "folder"),
        createNode("a", "folder"),
        createNode("note 10"),
        createNode("note 2"),
        createNode("äpfel"),
      ),
    ],
    ["a", createLevel("partial", createNode("z"), createNode("y"))],
  ]);

  it("are the contents of open folders, complete ones in the order of the reader's language", () => {
    expect(describeRows(levels, (id) => id === "a")).toEqual([
      "a",
      "  z",
      "  y",
      "  (partial)",
      "b",
      "äpfel",
      "note 2",
      "note 10",
    ]);
  });

  it("show that a folder is being loaded, has no contents, or failed", () => {
    expect(describeRows(levels, (id) => id === "b")).toContain("  (undefined)");
    expect(describeRows(new Map([[null, createLevel("complete")]]), () => false)).toEqual(["(complete)"]);
    expect(describeRows(new Map([[null, createLevel("failed")]]), () => false)).toEqual(["(failed)"]);
  });

  it("say where each is among its siblings, if that is known", () => {
    const rows = createRows(levels, (id) => id === "a");
    expect(rows.map(({ place, count }) => `${place} of ${count}`)).toEqual([
      "1 of 5",
      "1 of -1",
      "2 of -1",
      "3 of -1",
      "2 of 5",
      "3 of 5",
      "4 of 5",
      "5 of 5",
    ]);
  });
});
