import "katex/dist/katex.min.css";
import { render } from "katex";

/** Maximum length in characters. Longer formulas are shown as source. */
const maxLength = 10_000;

/**
 * Renders the TeX formula in `place`. KaTeX builds elements instead of markup and sets styles through the DOM, which
 * the page's CSP allows. A formula can't create links, load resources or expand without limit.
 */
export function setMath(place: HTMLElement): void {
  const tex = place.textContent;
  if (tex.length > maxLength) return;
  const display = place.matches(".math-display");
  const formula = document.createElement(display ? "div" : "span");
  formula.className = display ? "math-set math-set-display" : "math-set";
  if (display) formula.tabIndex = 0; // wide formulas scroll
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
