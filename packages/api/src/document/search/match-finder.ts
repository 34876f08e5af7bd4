import type { Language } from "@mdreader/contract";

import { findRanges, type Range } from "./fragments.ts";
import type { Terms } from "./terms.ts";
import { createWordPattern } from "./word-pattern.ts";

/** The stems of a query's words in each language of a workspace. */
export type Stems = Partial<Record<Language, string[]>>;

const words = /[\p{L}\p{N}\p{M}]+/gu;

/**
 * Creates a function that finds what to highlight in a text: the words of a query if the document was found by words,
 * and its substrings otherwise. Words that are too common to be indexed have no stems, and are found as they are.
 */
export function createMatchFinder(terms: Terms, stems: Stems) {
  const typed = terms.words.toLowerCase().match(words) ?? [];
  const expressions = new Map<string, RegExp>();
  return (text: string, language: Language, byWords: boolean): Range[] => {
    if (!byWords) return findRanges(text, terms.expression);
    const isHyphenated = text.includes("\u00AD");
    const key = `${language} ${isHyphenated}`;
    const known = stems[language] ?? [];
    const expression =
      expressions.get(key) ?? createWordPattern(known.length > 0 ? known : typed, language, isHyphenated);
    expressions.set(key, expression);
    return findRanges(text, expression);
  };
}
