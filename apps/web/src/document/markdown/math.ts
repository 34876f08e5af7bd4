import "katex/dist/katex.min.css";
import { render } from "katex";

/** In characters. Longer formulas are shown as they are written. */
const maxLength = 10_000;

/**
 * Sets a formula, given as TeX in `place`. KaTeX makes elements, not markup: so its styles are set one by one, which the
 * page's policy allows. Nothing in a formula can make links, load anything, or expand without end.
 */
export function setMath(place: HTMLElement): void {
  const tex = place.textContent;
  if (tex.length > maxLength) return;
  const display = place.matches(".math-display");
  const formula = document.createElement(display ? "div" : "span");
  formula.className = display ? "math-set math-set-display" : "math-set";
  if (display) formula.tabIndex = 0; // wide ones are scrolled
  try {
    render(tex, formula, {
      displayMode: display,
      trust: false,
      strict: "ignore",
      maxSize: 50,
      maxExpand: 500,
    });
    place.replaceWith(formula);
  } catch (error) {
    place.classList.add("math-wrong");
    place.title = error instanceof Error ? error.message : String(error);
  }
}
