import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

import type { Plugin } from "vite";

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** File types that compression makes smaller. Fonts are compressed already. */
const compressibleName = /\.(js|css|svg|html)$/;
/** Size in bytes below which files are not compressed. */
const minBytes = 1024;

/** Writes `.br` and `.gz` files beside the build output at maximum compression, once instead of per request. */
export const precompress: Plugin = {
  name: "precompress",
  apply: "build",
  async writeBundle({ dir }) {
    if (dir === undefined) return;
    for (const path of await readdir(dir, { recursive: true })) {
      if (!compressibleName.test(path)) continue;
      const bytes = await readFile(join(dir, path));
      if (bytes.length < minBytes) continue;
      await writeFile(join(dir, `${path}.br`), await compressBrotli(bytes));
      await writeFile(join(dir, `${path}.gz`), await compressGzip(bytes, { level: 9 }));
    }
  },
};
