/** What people use in Markdown that Markdown has no sign for. All other elements are shown as the text that they are. */
const elements = new Set(
  `a abbr b blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure
  h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rp rt ruby s samp section small span strong sub summary
  sup table tbody td tfoot th thead tr tt u ul var wbr`.split(/\s+/),
);
const empty = new Set(["br", "col", "hr", "img", "wbr"]);
const attributes = new Set(
  "align alt colspan dir height href id lang open reversed rowspan src start title width".split(" "),
);

/** In characters. What is longer is no tag. */
const longestTag = 4_000;

const comment = /<!--[^]*?(?:-->|$)/y;
const tag = /<(\/?)([a-z][a-z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/iy;
const attribute = /([a-z][a-z-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/gi;

export interface CleanHtml {
  html: string;
  /** How many more elements it opens than it closes. */
  open: number;
}

/**
 * Leaves of raw HTML the few elements and attributes that documents need, each tag well-formed. It is the first of two
 * walls, and lets nothing through that the page's policy would have to stop at the second.
 */
export function cleanHtml(raw: string): CleanHtml {
  const parts: string[] = [];
  let open = 0;
  let at = 0;
  while (at < raw.length) {
    const next = raw.indexOf("<", at);
    parts.push(raw.slice(at, next === -1 ? undefined : next));
    if (next === -1) break;
    const piece = raw.slice(next, next + longestTag);
    [comment.lastIndex, tag.lastIndex] = [next, 0];
    const remark = comment.exec(raw);
    const [whole, closing = "", name = "", rest = ""] = tag.exec(piece) ?? [];
    const element = name.toLowerCase();
    if (remark !== null) {
      at = next + remark[0].length;
    } else if (whole === undefined || !elements.has(element)) {
      parts.push("&lt;");
      at = next + 1;
    } else {
      parts.push(closing === "/" ? `</${element}>` : `<${element}${attributesIn(rest)}>`);
      if (!empty.has(element)) open += closing === "/" ? -1 : 1;
      at = next + whole.length;
    }
  }
  return { html: parts.join(""), open };
}

function attributesIn(rest: string): string {
  let kept = "";
  for (const [, name = "", double, single, bare] of rest.matchAll(attribute)) {
    if (!attributes.has(name.toLowerCase())) continue;
    const value = (double ?? single ?? bare ?? "").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
    kept += ` ${name.toLowerCase()}="${value}"`;
  }
  return kept;
}
