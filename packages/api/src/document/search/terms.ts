import { toLikePattern } from "../../util/sql-like.ts";
import { isIdeographic, toBigrams } from "./cjk-bigrams.ts";

/**
 * A query as substrings to be found anywhere, also within words: code, parts of names, and scripts without spaces.
 * Its terms are separated by spaces. All of them must occur, in any order.
 */
export interface Terms {
  /** `ilike` patterns, starting with the longest one that a trigram index can look up, if any. */
  patterns: string[];
  /** Whether the index can look up the first pattern. */
  indexed: boolean;
  /** Pairs that must occur, for the index of pairs. */
  pairs: string[];
  /** Whether the terms have no upper and lower case, which avoids case folding of each text. */
  caseless: boolean;
  /** The longest term. The excerpt shows its first occurrence. */
  longest: string;
  /** Matches all terms in a text. */
  expression: RegExp;
}

/** Trigrams consist of three consecutive letters or digits. */
const trigram = /[\p{Letter}\p{Number}]{3}/u;

/** One or two letters or digits of a script with spaces between words. */
const shortWord = /^[\p{Letter}\p{Number}]{1,2}$/u;

/** Special characters of regular expressions. */
const syntax = /[$()*+./?[\\\]^{|}]/g;

/**
 * Parses the terms of a query. Returns null if substrings would be meaningless: one or two letters are the start of
 * a word, which the word search covers, and occur within nearly all other words.
 */
export function parseTerms(query: string): Terms | null {
  const terms = [...new Set(query.normalize().split(/\s+/u))]
    .filter((term) => term !== "")
    .toSorted((a, b) => Number(trigram.test(b)) - Number(trigram.test(a)) || b.length - a.length);
  const [first] = terms;
  if (first === undefined || terms.every((term) => shortWord.test(term) && !isIdeographic(term))) return null;
  return {
    patterns: terms.map(toLikePattern),
    indexed: trigram.test(first),
    pairs: [...new Set(terms.flatMap(toBigrams))],
    caseless: terms.every((term) => term.toLowerCase() === term.toUpperCase()),
    longest: first,
    expression: new RegExp(terms.map((term) => term.replaceAll(syntax, "\\$&")).join("|"), "giu"),
  };
}
