import UFuzzy from "@leeoniya/ufuzzy";

/** Finds words in any script, in any order, each with up to one typo. */
const fuzzy = new UFuzzy({
  unicode: true,
  // The enumeration exists only in the declarations: a single error per word.
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
  intraMode: 1,
  interSplit: String.raw`[^\p{L}\d']+`,
  intraSplit: String.raw`\p{Ll}\p{Lu}`,
  intraBound: String.raw`\p{L}\d|\d\p{L}|\p{Ll}\p{Lu}`,
  intraChars: String.raw`[\p{L}\d']`,
  intraContr: String.raw`'\p{L}{1,2}\b`,
});

/** Finds the items whose text matches a query, best first. */
export function findFuzzy<T>(items: readonly T[], query: string, textOf: (item: T) => string): T[] {
  const texts = UFuzzy.latinize(items.map(textOf));
  const [found, , order] = fuzzy.search(texts, UFuzzy.latinize(query), 1);
  const ranked = order === null || found === null ? found : order.map((index) => found[index] ?? -1);
  return (ranked ?? []).flatMap((index) => {
    const item = items[index];
    return item === undefined ? [] : [item];
  });
}
