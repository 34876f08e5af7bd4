import type { Language } from "@mdreader/contract";

/**
 * Finds the words of a query in a text, in all their inflections. The stems come from Postgres, which has found the
 * document by them. Words begin with their stems in nearly all languages, so what begins with a stem is marked; this
 * costs a tenth of having Postgres stem the whole text again.
 */

/** Letters with diacritics by their base letter, such as "e" for "é". Postgres removes them before it stems. */
const variants = collectVariants();

/** Pairs of letters that are written as one. */
const ligatures: Record<string, string> = { ss: "ß", ae: "æ", oe: "œ", th: "þ" };

/** Languages that also put prefixes before stems. */
const prefixing: ReadonlySet<Language> = new Set(["arabic", "indonesian"]);

/**
 * Creates a pattern that matches words with the given stems, of which there must be one.
 * @param isHyphenated Whether the text has soft hyphens, which may be anywhere in a word.
 */
export function createWordPattern(
  stems: readonly string[],
  language: Language,
  isHyphenated: boolean,
): RegExp {
  const between = isHyphenated ? "\\u00AD?" : "";
  const sources = stems.map((stem) => toStemSource(stem, between));
  const before = prefixing.has(language) ? "[\\p{L}]{0,5}" : "";
  return new RegExp(
    `(?<![\\p{L}\\p{N}\\p{M}])${before}(?:${sources.join("|")})[\\p{L}\\p{N}\\p{M}${isHyphenated ? "\\u00AD" : ""}]*`,
    "giu",
  );
}

/** Ends of stems that differ from the words: "happi" is the stem of "happy", and "general" that of "généraux". */
const endings: [ending: RegExp, source: string][] = [
  [/i$/, "[iy]"],
  [/al$/, "a[lu]"],
];

function toStemSource(stem: string, between: string): string {
  const [ending, source] = endings.find(([pattern]) => pattern.test(stem)) ?? [/$/, ""];
  return toLetters(stem.replace(ending, ""), between) + source;
}

function toLetters(text: string, between: string): string {
  const pieces = text.match(/ss|ae|oe|th|./gsu) ?? [];
  return pieces
    .map((piece) => {
      const letters = Array.from(piece, toLetter).join(between);
      const ligature = ligatures[piece];
      return (ligature === undefined ? letters : `(?:${letters}|${ligature})`) + between;
    })
    .join("");
}

/** Matches a letter with any diacritic, composed or not. */
function toLetter(letter: string): string {
  const others = variants.get(letter);
  if (others === undefined) return escapeSyntax(letter);
  return `[${letter}${others}]\\p{M}?`;
}

/** Escapes the special characters of regular expressions. */
export const escapeSyntax = (text: string): string => text.replaceAll(/[$()*+./?[\\\]^{|}]/g, "\\$&");

function collectVariants(): Map<string, string> {
  const found = new Map<string, string>([
    ["l", "ł"],
    ["o", "ø"],
    ["d", "đð"],
    ["h", "ħ"],
    ["i", "ı"],
  ]);
  for (const [first, last] of [
    [0xc0, 0x24f],
    [0x386, 0x3ce],
    [0x400, 0x45f],
    [0x1e00, 0x1fff],
  ] as const) {
    for (let code = first; code <= last; code += 1) {
      const letter = String.fromCharCode(code).toLowerCase();
      const base = letter.normalize("NFD").charAt(0);
      const known = found.get(base) ?? "";
      if (base !== letter && !known.includes(letter)) found.set(base, known + letter);
    }
  }
  return found;
}
