import axe from "axe-core";
import type { Page } from "playwright-core";

/** The rules of WCAG 2.2 up to AA, and what axe holds to be good practice. */
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What is badly wrong with a page for people with disabilities, as `rule: where`. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((values) => {
    const runner: unknown = Reflect.get(globalThis, "axe");
    return (runner as typeof axe).run(document, { runOnly: values }); // what the source above has defined
  }, tags);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
