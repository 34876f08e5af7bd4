import { insertDocument } from "../documents.ts";
import type { MatrixFixture } from "./fixture.ts";

/** Creates a document with a text. Returns the input of procedures that take a document. */
export const createTextDocument = async (fixture: MatrixFixture): Promise<{ id: string }> => ({
  id: await insertDocument(fixture, { content: "Some text.\n" }),
});
