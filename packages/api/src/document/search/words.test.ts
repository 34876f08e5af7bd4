import { describe, expect } from "vitest";

import { createSearchFixture, test } from "./search.fixture.ts";

describe("words", () => {
  test("are found in all inflections, in the language of the document", async ({ library, find }) => {
    await library.add(
      { title: "English", content: "She organized the running of two races." },
      { title: "German", content: "Die Häuser am Fluss sind größer.", language: "german" },
      { title: "Russian", content: "Новые книги стоят на полке.", language: "russian" },
      { title: "French", content: "Les libertés générales.", language: "french" },
    );
    expect(await find("organizing run")).toEqual(["English"]);
    expect(await find("haus")).toEqual(["German"]);
    expect(await find("Größe Flüsse")).toEqual(["German"]);
    expect(await find("книга")).toEqual(["Russian"]);
    expect(await find("LIBERTÉ")).toEqual(["French"]);
  });

  test("of a query are stemmed by the rules of each language", async ({ library, find }) => {
    await library.add(
      { title: "one", content: "The organization of tests." },
      { title: "two", content: "Eine organization, viele Tests.", language: "german" },
      { title: "three", content: "organization of tests", language: "simple" },
    );
    expect((await find("organization tests")).toSorted()).toEqual(["one", "three", "two"]);
    // English stems both words to "organ"; the other languages do not.
    expect(await find("organizer tests")).toEqual(["one"]);
  });

  test("must all occur, in title or text, in any order", async ({ library, find }) => {
    await library.add(
      { title: "Release plan", content: "We ship in spring." },
      { title: "Release notes", content: "What has changed." },
    );
    expect(await find("spring release")).toEqual(["Release plan"]);
    expect(await find("release autumn")).toEqual([]);
  });

  test("may be a prefix if last", async ({ library, find }) => {
    await library.add({ title: "Kubernetes", content: "How to configure an ingress controller" });
    expect(await find("kuber")).toEqual(["Kubernetes"]);
    expect(await find("ingress contr")).toEqual(["Kubernetes"]);
    expect(await find("controller ingr")).toEqual(["Kubernetes"]);
  });

  test("match with and without accents and in any case", async ({ library, find }) => {
    await library.add(
      { title: "accented", content: "Mon résumé — voilà, Ärger mit Łódź" },
      { title: "plain", content: "my resume, voila, ARGER" },
    );
    for (const query of ["resume", "Résumé", "RESUMES", "voilà arger"]) {
      expect((await find(query)).toSorted(), query).toEqual(["accented", "plain"]);
    }
    expect(await find("lodz")).toEqual(["accented"]);
  });

  test("are separated at any punctuation, also between scripts and in code", async ({ library, find }) => {
    await library.add({
      title: "paths",
      content: "see src/search/index.ts, Map<String,User>, “quoted”—dashed, https://example.com/a-b",
    });
    for (const query of ["search", "index", "string", "user", "quoted", "dashed", "example", "Map<String"]) {
      expect(await find(query), query).toEqual(["paths"]);
    }
  });

  test("that are too common to be indexed are found as substrings", async ({ library, find }) => {
    await library.add({ title: "Hamlet", content: "To be, or not to be: that is the question" });
    expect(await find("not to be")).toEqual(["Hamlet"]);
  });
});

describe("rank", () => {
  test("puts titles before texts, and shorter titles before longer ones", async ({ library, find }) => {
    await library.add(
      { title: "Backups", content: "Nightly." },
      { title: "About backups and other things that we do", content: "Backups." },
      { title: "Operations", content: "backup ".repeat(200) },
      { title: "Glossary", content: "backup: a copy" },
    );
    expect(await find("backups")).toEqual([
      "Backups",
      "About backups and other things that we do",
      "Operations",
      "Glossary",
    ]);
  });

  test("puts adjacent words before distant words", async ({ library, find }) => {
    const filler = "lorem ipsum dolor sit amet ".repeat(20);
    await library.add(
      { title: "together", content: `${filler} rate limit ${filler}` },
      { title: "apart", content: `rate ${filler} limit` },
    );
    expect(await find("rate limit")).toEqual(["together", "apart"]);
  });

  test("puts whole words before prefixes", async ({ library, find }) => {
    await library.add({ title: "one", content: "a cat sits" }, { title: "two", content: "a category" });
    expect(await find("cat")).toEqual(["one", "two"]);
  });

  test("puts words before substrings", async ({ library, find }) => {
    await library.add(
      { title: "as part", content: "a concatenation" },
      { title: "as word", content: "cats, of course" },
    );
    expect(await find("cat")).toEqual(["as word", "as part"]);
  });
});

describe("the search", () => {
  test("covers its workspace without the trash", async ({ library, find, app }) => {
    const other = await createSearchFixture(app);
    await other.add({ title: "secret foreign", content: "secret 機密" });
    await library.add(
      { title: "secret thrown away", content: "secret 機密", deleted: true },
      { title: "secret kept", content: "secret 機密" },
    );
    for (const query of ["secret", "ecre", "機密", "機", "foreign"]) {
      const titles = await find(query);
      expect(titles, query).toEqual(query === "foreign" ? [] : ["secret kept"]);
    }
  });

  test("runs one statement, whatever the result", async ({ library, find, app }) => {
    await library.add({ title: "one", content: "two 三四 five_six" });
    for (const query of ["one", "wo", "三四", "=>", "nowhere"]) {
      const before = app.statements.length;
      await find(query);
      expect(app.statements.length - before, query).toBe(1);
    }
  });

  test("finds a document by the end of a text that has too many words for the word index", async ({
    library,
    find,
  }) => {
    const words = Array.from({ length: 170_000 }, (_, index) => `w${index.toString(36)}`).join(" ");
    await library.add({ title: "Huge", content: `${words} theveryend` });
    expect(await find("w5k")).toEqual(["Huge"]);
    expect(await find("theveryend")).toEqual(["Huge"]);
  });
});
