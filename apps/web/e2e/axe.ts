import axe from "axe-core";
import type { Page } from "playwright-core";

/** WCAG 2.2 up to level AA, and axe's best practices. */
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Serious accessibility violations of a page, as `rule: where`. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((values) => {
    const runner: unknown = Reflect.get(globalThis, "axe");
    return (runner as typeof axe).run(document, { runOnly: values }); // defined by the source above
  }, tags);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
