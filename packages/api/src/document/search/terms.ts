import { toLikePattern } from "../../util/sql-like.ts";
import { toRequiredGrams } from "./grams.ts";
import { hasUnspacedScript, removeSoftHyphens, toBigrams, toIdentifiers } from "./tokens.ts";
import { escapeSyntax } from "./word-pattern.ts";

/**
 * The terms of a query besides its words. Substrings are found anywhere, also within words: code, parts of names, and
 * scripts without blanks. They are separated by blanks; all of them must occur, in any order.
 */
export interface Terms {
  /** The query, for Postgres to take the words from. */
  words: string;
  /** The words with symbols in them. A document with all of them ranks above others with the same words. */
  identifiers: string[];
  /**
   * Patterns of the substrings for `ilike`, starting with the longest one that the trigram index can look up, if any.
   * Empty if substrings would be meaningless: one or two letters are the start of a word, which the word search covers,
   * and occur within nearly all other words.
   */
  patterns: string[];
  /** Pairs of characters that occur in the substrings. */
  bigrams: string[];
  /** The bits of the substrings' characters, in hexadecimal. */
  grams: string;
  /** The longest substring. The excerpt shows its first occurrence. */
  longest: string;
  /** Matches each substring in a text. */
  expression: RegExp;
}

/** Trigrams consist of three consecutive letters or digits. */
const trigram = /[\p{Letter}\p{Number}]{3}/u;

/** One or two letters or digits of a script with blanks between words. */
const shortWord = /^[\p{Letter}\p{Number}]{1,2}$/u;

/** Apostrophes as keyboards, phones and typesetters write them. */
const apostrophes = /['\u2018\u2019\u02BC]/g;

/** Parses a query. */
export function parseTerms(query: string): Terms {
  const words = removeSoftHyphens(query.normalize());
  const substrings = [...new Set(words.split(/\s+/u))]
    .filter((substring) => substring !== "")
    .toSorted((a, b) => Number(trigram.test(b)) - Number(trigram.test(a)) || b.length - a.length);
  const isMeaningless = substrings.every(
    (substring) => shortWord.test(substring) && !hasUnspacedScript(substring),
  );
  return {
    words,
    identifiers: toIdentifiers(words),
    patterns: isMeaningless ? [] : substrings.map(toPattern),
    bigrams: [...new Set(substrings.flatMap(toBigrams))],
    // Any kind of apostrophe matches, so the characters around it are not required.
    grams: toRequiredGrams(substrings.flatMap((substring) => substring.split(apostrophes))),
    longest: substrings[0] ?? "",
    expression: new RegExp(substrings.map(toSource).join("|"), "giu"),
  };
}

/** Any character may stand for an apostrophe, so that the index finds all kinds. */
const toPattern = (substring: string) => toLikePattern(substring).replaceAll(apostrophes, "_");

const toSource = (substring: string) => escapeSyntax(substring).replaceAll(apostrophes, apostrophes.source);
