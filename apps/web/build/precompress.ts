import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

import type { Plugin } from "vite";

const brotli = promisify(brotliCompress);
const zipped = promisify(gzip);

/** File types that compression makes smaller. Fonts are compressed already. */
const worthIt = /\.(js|css|svg|html)$/;
/** Size in bytes below which files are not compressed. */
const small = 1024;

/** Writes `.br` and `.gz` files beside the build output at maximum compression, once instead of per request. */
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
