import { createHash } from "node:crypto";

import type { TableSummary } from "./format.ts";

const newline = 0x0a;

/** Counts and hashes a table's rows in the text format of COPY, where each row ends with a line break and contains none. */
export class TableDigest {
  readonly #hash = createHash("sha256");
  readonly #name: string;
  #rows = 0;
  #bytes = 0;

  constructor(name: string) {
    this.#name = name;
  }

  update(part: Uint8Array): void {
    this.#hash.update(part);
    this.#bytes += part.byteLength;
    for (let at = part.indexOf(newline); at !== -1; at = part.indexOf(newline, at + 1)) this.#rows += 1;
  }

  summarize(): TableSummary {
    return { name: this.#name, rows: this.#rows, bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }
}
