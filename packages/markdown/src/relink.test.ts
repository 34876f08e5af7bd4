import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readMarkdown, relinkFiles, relinkText, restoreLinks } from "./index.ts";

/** A copy in which the file `a/p.png` is called `a/p-2.png`. */
const relink = (text: string) => {
  const contents = readMarkdown(text);
  const edits = relinkFiles(contents, [], ({ target }) =>
    /^(?:\.\/)*a\/p\.png(?:$|[?#])/u.test(target) ? ["a", "p-2.png"] : undefined,
  );
  return relinkText(text, contents, edits);
};

describe("a relinked copy", () => {
  test("differs only in destinations, and is restored to the original", () => {
    const text = '![x](<a/p.png> "t") `a/p.png` [y][r] <img src="a/p.png#z">\r\n\r\n[r]: a/p.png\r\n';
    const { text: copy, spellings } = relink(text);
    expect(copy).toBe(
      '![x](a/p-2.png "t") `a/p.png` [y][r] <img src="a/p-2.png#z">\r\n\r\n[r]: ./a/p-2.png\r\n',
    );
    expect(restoreLinks(copy, spellings)).toBe(text);
  });

  test("keeps later edits and new links when it is restored", () => {
    const { text, spellings } = relink("![](a/p.png)");
    expect(restoreLinks(`# New\n\n${text} ![](a/p-2.png) ![](b.png)`, spellings)).toBe(
      "# New\n\n![](a/p.png) ![](a/p.png) ![](b.png)",
    );
  });

  test("is restored exactly to any original", () => {
    const parts = [
      "![](a/p.png)",
      "![](./a/p.png)",
      "![](<a/p.png>)",
      "[r]",
      "\n\n[r]: a/p.png\n",
      "![](a/p-2.png)",
      "![](./a/p-2.png)",
      '<img src="a/p.png">',
      "`a/p.png`",
      "\r\n",
      "![[p.png]]",
      "> ",
      "| ",
      "](",
      "é",
    ];
    const part = fc.constantFrom(...parts);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        const { text: copy, spellings } = relink(text);
        expect(restoreLinks(copy, spellings)).toBe(text);
      }),
    );
  });
});
