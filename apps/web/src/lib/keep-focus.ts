/** Takes the focus without receiving what is typed, so that shortcuts keep working and phones show no keyboard. */
const focusable =
  "button:enabled, a[href], summary, input[readonly], input[type=checkbox]:enabled, [tabindex='0']";

/** Waiting time in milliseconds. Dialogs and menus that close, and pages that open, move the focus themselves. */
const delayMs = 200;

/** An ancestor of the focused element, and what follows the ancestor's child that contains it. */
interface Step {
  ancestor: Element;
  next: Element | null;
}

/**
 * Keeps the position of people who use a keyboard or a screen reader. If the focused element is removed or disabled, the
 * browser moves the focus to the start of the page. This moves it to what followed the element, or to what remains
 * around it, and back to an element that is enabled again.
 */
export function keepFocus(): void {
  let focused: HTMLElement | null = null;
  let steps: Step[] = [];
  let wasDisabled = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const remember = (element: HTMLElement | null) => {
    focused = element;
    wasDisabled = false;
    steps = element === null ? [] : readSteps(element);
  };
  const restore = () => {
    if (focused === null || document.activeElement !== document.body) return;
    const goal = focused.isConnected ? focused : findRemaining(steps);
    if (!goal.matches(":disabled")) goal.focus({ preventScroll: true });
  };
  addEventListener("focusin", ({ target }) => remember(target instanceof HTMLElement ? target : null));
  addEventListener("pointerdown", ({ target }) => {
    if (!(target instanceof Node) || !(focused?.contains(target) ?? false)) remember(null);
  });
  new MutationObserver(() => {
    if (focused === null) return;
    // A form often disables its button before it disappears.
    if (focused.isConnected && focused.matches(":disabled")) wasDisabled = true;
    else if (!focused.isConnected || wasDisabled) {
      clearTimeout(timer);
      timer = setTimeout(restore, delayMs);
    }
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["disabled"] });
}

function readSteps(element: Element): Step[] {
  const steps: Step[] = [];
  for (let child = element; child.parentElement !== null; child = child.parentElement)
    steps.push({ ancestor: child.parentElement, next: child.nextElementSibling });
  return steps;
}

/** Finds what to focus instead of an element that was removed; without anything close to it, the page. */
function findRemaining(steps: readonly Step[]): HTMLElement {
  const page = document.getElementById("main") ?? document.body;
  for (const { ancestor, next } of steps) {
    if (!ancestor.isConnected) continue;
    if (ancestor.contains(page)) return page;
    const found = (next?.isConnected === true ? findFocusable(next) : null) ?? findFocusable(ancestor);
    if (found !== null) return found;
  }
  return page;
}

const findFocusable = (element: Element): HTMLElement | null =>
  [element, ...element.querySelectorAll(focusable)].find(
    (candidate): candidate is HTMLElement =>
      candidate instanceof HTMLElement &&
      candidate.matches(focusable) &&
      !candidate.hasAttribute("data-base-ui-focus-guard") &&
      candidate.checkVisibility(),
  ) ?? null;
