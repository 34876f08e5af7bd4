import { removeSoftHyphens } from "./tokens.ts";

/** Matches the characters between words: punctuation and symbols. Newlines and spaces are among them. */
const separators =
  // Control characters separate words, too.
  // oxlint-disable-next-line no-control-regex
  /[\u0001-/:-@[-`{-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7\u2000-\u2BFF\u2E00-\u2E7F\u3000-\u3004\u3008-\u3020\u3030\u30FB\uFE30-\uFE6F\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65\uFFFD\u{1F000}-\u{1FAFF}]+/gu;

/** Does the same as `search_words` in Postgres, in a tenth of the time, which was a third of that of indexing a text. */
export const separateWords = (text: string): string => removeSoftHyphens(text).replaceAll(separators, " ");
