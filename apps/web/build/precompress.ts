import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

import type { Plugin } from "vite";

const brotli = promisify(brotliCompress);
const zipped = promisify(gzip);

/** What gets smaller by compressing. Fonts are compressed as they are. */
const worthIt = /\.(js|css|svg|html)$/;
/** Bytes below which a file is sent as it is. */
const small = 1024;

/** Writes `.br` and `.gz` beside the files of a build, as small as they get: once, instead of with every request. */
export const precompress: Plugin = {
  name: "precompress",
  apply: "build",
  async writeBundle({ dir }) {
    if (dir === undefined) return;
    for (const path of await readdir(dir, { recursive: true })) {
      if (!worthIt.test(path)) continue;
      const bytes = await readFile(join(dir, path));
      if (bytes.length < small) continue;
      await writeFile(join(dir, `${path}.br`), await brotli(bytes));
      await writeFile(join(dir, `${path}.gz`), await zipped(bytes, { level: 9 }));
    }
  },
};
