import type { LiveDocument } from "@mdreader/client/live";

import { encodePath } from "./markdown-link.ts";

/** Replaces the path of a file in the links of a document, in both ways to write it. */
export function replacePath({ ytext, doc }: LiveDocument, from: string, to: string): void {
  doc.transact(() => {
    for (const path of new Set([encodePath(from), from])) {
      const targets = [`(${path})`, `(<${path}>)`, `(${path} `, `: ${path}\n`];
      for (const target of targets) {
        const text = ytext.toJSON();
        const places = findAll(text, target).map((at) => at + target.indexOf(path));
        // From the end, so that the earlier places stay valid.
        for (const at of places.toReversed()) {
          ytext.delete(at, path.length);
          ytext.insert(at, encodePath(to));
        }
      }
    }
  });
}

function findAll(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}
