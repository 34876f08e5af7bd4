/** What names may be made of, so that people can tell them apart and see them whole. */

/** These turn the direction of what follows: `x<RLO>gnp.exe` looks like `xexe.png`. */
const directional = /\p{Bidi_Control}/u;

/** At least one of these is there to be seen. Tags, joiners, marks and blanks by themselves are not. */
const visible = /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Why nobody could see a name as it is; null where one can. It may stand after "its name", and after the name of a field. */
export function findAppearanceProblem(name: string): string | null {
  if (directional.test(name)) return "has characters that turn the direction of writing";
  return visible.test(name) ? null : "has nothing that can be seen";
}

/** Joiners between characters that can be seen, as some scripts and emoji have them, and the tags of flags. */
const joiner = /(?<=[^\s\p{Cf}\p{Cc}])[\u200c\u200d](?=[^\s\p{Cf}\p{Cc}])/gu;
const flagTags = /(?<=\u{1f3f4})[\u{e0020}-\u{e007f}]+/gu;
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
const variation = /[\ufe0e\ufe0f]/g;

const words = /[\p{L}\p{M}]+/gu;
const latin = /\p{Script=Latin}/u;
const lookAlike = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** Mails greet people by name, at addresses that anyone can give: a name is no place for a link. */
const address = /:\/\/|\bwww\./i;

/** Why a person or a workspace can't have this name; null where they can. */
export function findPersonalNameProblem(name: string): string | null {
  const problem = findAppearanceProblem(name);
  if (problem !== null) return problem;
  if (invisible.test(name.replaceAll(joiner, "").replaceAll(flagTags, "").replaceAll(variation, ""))) {
    return "has characters that can't be seen";
  }
  if (address.test(name)) return "must not be an address of the web";
  const mixed = name.match(words)?.some((word) => latin.test(word) && lookAlike.test(word)) ?? false;
  return mixed ? "has a word with letters of two alphabets that look alike" : null;
}
