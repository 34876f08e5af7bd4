import { toLikePattern } from "../../util/sql-like.ts";
import { isIdeographic, toBigrams } from "./cjk-bigrams.ts";

/**
 * A query as text to be found anywhere, also within words: code, parts of names, and scripts without blanks between
 * words. Its terms are the parts between blanks; all of them must occur, in any order.
 */
export interface Terms {
  /** As `ilike` patterns, the longest that a trigram index can look up first, if there is one. */
  patterns: string[];
  /** Whether the first pattern can be looked up. */
  indexed: boolean;
  /** Pairs that must occur, for the index of pairs. */
  pairs: string[];
  /** Whether upper and lower case look the same, which spares the folding of each text. */
  caseless: boolean;
  /** The longest term: the place of its first occurrence is shown. */
  longest: string;
  /** Finds all terms in a text. */
  expression: RegExp;
}

/** Trigrams are made of three letters or digits in a row. */
const trigram = /[\p{Letter}\p{Number}]{3}/u;

/** One or two letters or digits of a script with blanks between words. */
const shortWord = /^[\p{Letter}\p{Number}]{1,2}$/u;

/** What means something in a regular expression. */
const syntax = /[$()*+./?[\\\]^{|}]/g;

/**
 * The terms of a query; null where looking for them would mean little: one or two letters are the beginning of a word,
 * for which words are searched, and occur within nearly all other words.
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
