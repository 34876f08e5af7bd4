import axe from "axe-core";
import type { Page } from "playwright-core";

/** WCAG 2.2 up to level AA, and axe's best practices. */
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** They are focusable and hidden on purpose: they return the focus to the popup between them. */
const focusGuards = "[data-base-ui-focus-guard]";

/** Accessibility violations of a page with its popups, as `rule: where`. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    ({ runOnly, exclude }) => {
      const runner: unknown = Reflect.get(globalThis, "axe");
      return (runner as typeof axe).run({ exclude }, { runOnly }); // defined by the source above
    },
    { runOnly: tags, exclude: [focusGuards] },
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
