import { type Candidate, Failure } from "../failure.ts";

interface Question<Item extends Candidate> {
  /** The name or path on the command line. */
  given: string;
  /** The kind of the items: `document`. */
  kind: string;
  /** The items that the name refers to. */
  found: readonly Item[];
  /** Items with similar names, for the hint if nothing is found. */
  similar?: readonly Candidate[];
  /** The hint if there is nothing similar. */
  listHint: string;
  /** The place of the search, in words that follow the name: ` in the trash`. */
  place?: string;
}

const maxSuggestions = 5;

/** The only item that a name refers to. @throws Failure NOT_FOUND or AMBIGUOUS, with the candidates. */
export function chooseOne<Item extends Candidate>(question: Question<Item>): Item {
  const { given, kind, found, similar = [], listHint, place = "" } = question;
  const [only, ...others] = found;
  if (only === undefined) {
    const names = similar.slice(0, maxSuggestions).map(({ name }) => `“${name}”`);
    throw new Failure("NOT_FOUND", `There is no ${kind} “${given}”${place}.`, {
      hint: names.length === 0 ? listHint : `Did you mean ${formatAlternatives(names)}?`,
    });
  }
  if (others.length === 0) return only;
  throw new Failure("AMBIGUOUS", `${found.length} ${kind}s are named “${given}”${place}.`, {
    candidates: found.map(({ id, name }) => ({ id, name })),
    hint: "Use one of these IDs instead of the name.",
  });
}

/** Created when it is needed, because it loads the language's data. */
const formatAlternatives = (names: readonly string[]) =>
  new Intl.ListFormat("en", { type: "disjunction" }).format(names);

/** Whether two names are equal except for case and Unicode form. */
export const isSameIgnoringCase = (one: string, other: string) => fold(one) === fold(other);

const fold = (name: string) => name.normalize("NFC").toLowerCase();
