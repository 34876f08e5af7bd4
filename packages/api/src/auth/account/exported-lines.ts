import { Readable } from "node:stream";

/** Creates an entry with one JSON value. */
export const createJsonEntry = (path: string, read: () => Promise<object | null>) => ({
  path,
  open: async () => Readable.from([Buffer.from(`${JSON.stringify(await read(), null, 2)}\n`)]),
});

/**
 * Creates an entry with one JSON object in each line.
 * @param read Reads the objects, page by page, while the entry is written.
 * @param hasAccess Whether the caller still has access to them. Otherwise, the entry ends.
 */
export const createLinesEntry = (
  path: string,
  read: () => AsyncIterable<object>,
  hasAccess: () => Promise<boolean>,
) => ({ path, open: async () => Readable.from(toLines(read(), hasAccess)) });

/** Lines that are written before access is checked again. */
const linesPerCheck = 20;

async function* toLines(
  rows: AsyncIterable<object>,
  hasAccess: () => Promise<boolean>,
): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const row of rows) {
    yield Buffer.from(`${JSON.stringify(row)}\n`);
    count += 1;
    if (count % linesPerCheck === 0 && !(await hasAccess())) return;
  }
}
