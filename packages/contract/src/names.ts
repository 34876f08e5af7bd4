/** Rules for names, so that people can distinguish them and see them in full. */

/** Characters that change the direction of the following text: `x<RLO>gnp.exe` looks like `xexe.png`. */
const directional = /\p{Bidi_Control}/u;

/** A name has at least one of these. Tags, joiners, marks and spaces alone are invisible. */
const visible = /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Returns why a name would not be displayed as it is, or null. The text can follow "its name" or the name of a field.
 */
export function findAppearanceProblem(name: string): string | null {
  if (directional.test(name)) return "has characters that change the text direction";
  return visible.test(name) ? null : "has no visible characters";
}

/** Joiners between visible characters, as in some scripts and emoji, and the tags of flags. */
const joiner = /(?<=[^\s\p{Cf}\p{Cc}])[\u200c\u200d](?=[^\s\p{Cf}\p{Cc}])/gu;
const flagTags = /(?<=\u{1f3f4})[\u{e0020}-\u{e007f}]+/gu;
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
const variation = /[\ufe0e\ufe0f]/g;

const words = /[\p{L}\p{M}]+/gu;
const latin = /\p{Script=Latin}/u;
const confusableLetter = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** Emails greet people by name, and can be sent to any address: links in names would enable spam. */
const address = /:\/\/|\bwww\./i;

/** Returns why a user or a workspace can't have this name, or null. */
export function findPersonalNameProblem(name: string): string | null {
  const problem = findAppearanceProblem(name);
  if (problem !== null) return problem;
  if (invisible.test(name.replaceAll(joiner, "").replaceAll(flagTags, "").replaceAll(variation, ""))) {
    return "has invisible characters";
  }
  if (address.test(name)) return "must not contain a web address";
  const mixed = name.match(words)?.some((word) => latin.test(word) && confusableLetter.test(word)) ?? false;
  return mixed ? "mixes look-alike letters from different alphabets in one word" : null;
}
