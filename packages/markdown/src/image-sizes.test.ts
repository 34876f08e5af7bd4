import { describe, expect, test } from "vitest";

import { readMarkdown } from "./index.ts";
import { renderBlocks } from "./render/index.ts";

const html = (text: string) => renderBlocks(text).blocks.join("");

describe("the title of an image", () => {
  test("can end with its size", () => {
    expect(html('![](a.png " =300x200")')).toBe('<p><img src="a.png" alt="" width="300" height="200"></p>\n');
    expect(html('![](a.png "A plan =300x")')).toBe(
      '<p><img src="a.png" alt="" title="A plan" width="300"></p>\n',
    );
  });

  test("is text otherwise", () => {
    expect(html('![](a.png "a=1x2")')).toBe('<p><img src="a.png" alt="" title="a=1x2"></p>\n');
  });
});

describe("the size of an image", () => {
  test("can follow its destination and title, in pixels or percent", () => {
    expect(html("a ![plan](a.png =300x200) b")).toBe(
      '<p>a <img src="a.png" alt="plan" width="300" height="200"> b</p>\n',
    );
    expect(html('![](<a b.png> "A plan" =300x )')).toBe(
      '<p><img src="a%20b.png" alt="" title="A plan" width="300"></p>\n',
    );
    expect(html("![](a.png =x20)![](a.png =50%x)")).toBe(
      '<p><img src="a.png" alt="" height="20"><img src="a.png" alt="" width="50%"></p>\n',
    );
    expect(html("[![](a.png =30x20)](b.md)")).toBe(
      '<p><a href="b.md"><img src="a.png" alt="" width="30" height="20"></a></p>\n',
    );
  });

  test("is text in anything else", () => {
    for (const text of [
      "[a](b =30x20)",
      "![a](b =x)",
      "![a](b =30)",
      "![a](b=30x20 c)",
      "![](javascript:x =1x1)",
    ])
      expect(html(text)).not.toContain("<img");
    expect(html("![a](b =30x20")).not.toContain("<img");
  });

  test("doesn't shift the positions of links", () => {
    const text = "> x ![*a*](pics/b.png =30x20) [c](d.md)\n";
    const destinations = readMarkdown(text).links.map(({ destination: { start, end } }) =>
      text.slice(start, end),
    );
    expect(destinations).toEqual(["pics/b.png", "d.md"]);
  });
});
