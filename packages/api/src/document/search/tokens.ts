/**
 * Tokens are found exactly, because splitting a text into words does not find them: words with symbols in them, such as
 * "max_connections", "C++" and "v1.2.3", and pairs of adjacent characters of scripts without blanks between words, or
 * whose particles are attached to words ("全文", "3月", "ไป").
 */

/** A letter, digit or mark of a script that is indexed in pairs. Punctuation of these scripts is not included. */
const unspaced =
  /[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Hangul}\p{scx=Yi}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tibetan}\p{scx=Javanese}\p{scx=Balinese}\p{scx=Tai_Le}\p{scx=New_Tai_Lue}\p{scx=Tai_Tham}]&&[\p{Letter}\p{Letter_Number}\p{Mark}]]/v;

/** Whether a text has a character of a script that is indexed in pairs. */
export const hasUnspacedScript = (text: string): boolean => unspaced.test(text);

/** Runs of letters, digits and marks that pairs are taken from. */
const letters = /[\p{Letter}\p{Number}\p{Mark}]+/gu;

/** Returns the distinct pairs of a text, in lowercase, in order of first appearance. */
export function toBigrams(text: string): string[] {
  if (!hasUnspacedScript(text)) return [];
  const pairs = new Set<string>();
  for (const [run] of text.toLowerCase().matchAll(letters)) {
    let previous = "";
    let previousIsUnspaced = false;
    for (const character of run) {
      const isUnspaced = unspaced.test(character);
      if (previous !== "" && (isUnspaced || previousIsUnspaced)) pairs.add(previous + character);
      previous = character;
      previousIsUnspaced = isUnspaced;
    }
  }
  return [...pairs];
}

/** Matches the first symbol of an identifier: after a letter, and before another one unless it ends with "+" or "#". */
const firstSymbol = /(?<=[\p{Letter}\p{Number}\p{Mark}])(?:[._+#]+[\p{Letter}\p{Number}\p{Mark}]|[+#])/gu;
/** One character of an identifier, and a run of them from a position on. */
const identifierCharacter = /[\p{Letter}\p{Number}\p{Mark}._+#]/u;
const identifierCharacters = /[\p{Letter}\p{Number}\p{Mark}._+#]+/uy;
/** The symbols around an identifier: what it may start with, and what it may not end with. */
const around = /^[._+#]+|[._]+$/g;
/** Maximum length of an identifier. Longer runs are data. */
const maxIdentifierLength = 64;

/** Returns the distinct words with symbols in them, in lowercase. Looks around symbols only, because most words have none. */
export function toIdentifiers(text: string): string[] {
  const identifiers = new Set<string>();
  let end = 0;
  for (const { index } of text.matchAll(firstSymbol)) {
    if (index < end) continue;
    let start = index;
    const first = Math.max(end, index - maxIdentifierLength);
    while (start > first && identifierCharacter.test(text.charAt(start - 1))) start -= 1;
    identifierCharacters.lastIndex = index;
    end = index + (identifierCharacters.exec(text)?.[0].length ?? 0);
    if (end - start > maxIdentifierLength) continue;
    identifiers.add(text.slice(start, end).replaceAll(around, "").toLowerCase());
  }
  return [...identifiers];
}

/** Returns the tokens of a document. */
export function toSearchTokens(title: string, content: string): string[] {
  const text = removeSoftHyphens(`${title}\n${content}`);
  return [...toBigrams(text), ...toIdentifiers(text)];
}

/** Soft hyphens show where a word may be divided, and are not part of it. */
export const removeSoftHyphens = (text: string): string => text.replaceAll("\u00AD", "");
